import { memo } from 'react';
import type { ScaleFrame } from '../../protocol.ts';
import styles from './sparkline.module.css';

interface SparklineProps {
  readonly frames: readonly ScaleFrame[];
  /** Index into a frame's values. */
  readonly index: number;
  /** The frame the timeline stands on. */
  readonly position: number;
}

const WIDTH = 120;
const HEIGHT = 28;

/** One scale over the run, around the line at 1. */
export const Sparkline = memo(function Sparkline({ frames, index, position }: SparklineProps) {
  const values = frames.map((frame) => frame.values[index] ?? 1);
  const reach = Math.max(1e-4, ...values.map((value) => Math.abs(value - 1)));
  const x = (place: number) => (values.length < 2 ? 0 : (place / (values.length - 1)) * WIDTH);
  const y = (value: number) => HEIGHT / 2 - ((value - 1) / reach) * (HEIGHT / 2 - 3);
  const points = values.map((value, place) => `${x(place).toFixed(1)},${y(value).toFixed(1)}`);
  const now = values[position] ?? 1;
  const tone = now > 1 ? styles.potentiated : now < 1 ? styles.depressed : undefined;
  return (
    <svg className={styles.sparkline} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
      <line x1="0" x2={WIDTH} y1={HEIGHT / 2} y2={HEIGHT / 2} className={styles.one} />
      <polyline points={points.join(' ')} className={styles.line} />
      <circle cx={x(position)} cy={y(now)} r="3" className={tone ?? styles.dot} />
    </svg>
  );
});
