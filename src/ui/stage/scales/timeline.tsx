import { useEffect, useState } from 'react';
import type { ScaleFrame } from '../../../protocol.ts';
import { Button } from '../../components/button.tsx';
import { Slider } from '../../components/slider.tsx';
import styles from './scales.module.css';

interface TimelineProps {
  readonly frames: readonly ScaleFrame[];
  readonly position: number;
  /** It follows the newest frame. */
  readonly live: boolean;
  /** A frame's index, or null for the newest. */
  readonly onMove: (position: number | null) => void;
}

const FULL_LENGTH = 8000;
const REDUCED_INTERVAL = 1000;

/** Drag through the run, or play it. */
export function Timeline({ frames, position, live, onMove }: TimelineProps) {
  const [playing, setPlaying] = useState(false);
  const last = frames.length - 1;

  useEffect(() => {
    if (!playing) return;
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    const stride = still ? Math.max(1, Math.round(last / 8)) : 1;
    const wait = still ? REDUCED_INTERVAL : Math.max(40, FULL_LENGTH / Math.max(1, last));
    const timer = setTimeout(() => {
      const next = Math.min(last, position + stride);
      onMove(next === last ? null : next);
      if (next === last) setPlaying(false);
    }, wait);
    return () => clearTimeout(timer);
  }, [playing, position, last, onMove]);

  const play = () => {
    if (!playing && position === last) onMove(0);
    setPlaying(!playing);
  };
  const step = (index: number) => (frames[index]?.step ?? 0).toLocaleString('en');
  return (
    <div className={styles.timeline}>
      <Button onClick={play}>{playing ? 'Stop' : 'Play'}</Button>
      <div className={styles.scrubber}>
        <Slider
          label="Step of the run"
          value={position}
          min={0}
          max={last}
          step={1}
          format={(index) => `${step(index)} of ${step(last)}`}
          onChange={(index) => {
            setPlaying(false);
            onMove(index === last ? null : index);
          }}
        />
      </div>
      <Button
        variant="quiet"
        disabled={live}
        onClick={() => {
          setPlaying(false);
          onMove(null);
        }}
      >
        Newest
      </Button>
    </div>
  );
}
