import type { ScaleFrame, ScaleSite } from '../../../protocol.ts';
import type { ScaleCursor } from '../../charts/scale-cursor.ts';
import { formatScale } from '../../charts/scale-legend.tsx';
import { Sparkline } from '../../charts/sparkline.tsx';
import styles from './scales.module.css';

export interface ChannelHistory {
  readonly sites: readonly ScaleSite[];
  readonly frames: readonly ScaleFrame[];
  readonly position: number;
}

/** Site, channel, scale and its way through the run, on one line. */
export function ChannelLine({
  sites,
  frames,
  position,
  cursor,
}: ChannelHistory & { readonly cursor: ScaleCursor }) {
  const site = sites[cursor.site];
  if (site === undefined) return null;
  const index = site.offset + cursor.channel;
  const scale = frames[position]?.values[index] ?? 1;
  return (
    <div className={styles.channel}>
      <span className={styles.where}>
        {site.label} <span className={styles.number}>channel {cursor.channel + 1}</span>
      </span>
      <span className={styles.value}>
        γ {formatScale(scale)} <Tone scale={scale} />
      </span>
      {frames.length > 1 && <Sparkline frames={frames} index={index} position={position} />}
    </div>
  );
}

function Tone({ scale }: { readonly scale: number }) {
  const tone = scale > 1 ? 'potentiated' : scale < 1 ? 'depressed' : 'unchanged';
  return <span className={styles[tone]}>{tone}</span>;
}

/** The same for screen readers. */
export function channelWords(
  sites: readonly ScaleSite[],
  values: Float32Array,
  cursor: ScaleCursor,
): string {
  const site = sites[cursor.site];
  if (site === undefined) return '';
  const scale = values[site.offset + cursor.channel] ?? 1;
  return `${site.label}, channel ${cursor.channel + 1} of ${site.width}, scale ${formatScale(scale)}`;
}
