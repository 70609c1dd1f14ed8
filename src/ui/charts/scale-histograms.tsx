import { memo, useMemo } from 'react';
import { histogram, quantiles } from '../../lib/statistics.ts';
import type { ScaleSite } from '../../protocol.ts';
import { rowOf } from './scale-raster.ts';
import { formatScale } from './scale-legend.tsx';
import styles from './scale-histograms.module.css';

interface ScaleHistogramsProps {
  readonly sites: readonly ScaleSite[];
  readonly values: Float32Array;
  readonly range: number;
}

const BINS = 30;
const HEIGHT = 30;

/** One small histogram a layer, all on the same axis: 1 ± range. */
export const ScaleHistograms = memo(function ScaleHistograms(props: ScaleHistogramsProps) {
  return (
    <ul className={styles.grid}>
      {props.sites.map((site) => (
        <SiteHistogram key={site.site} site={site} values={props.values} range={props.range} />
      ))}
    </ul>
  );
});

interface SiteHistogramProps {
  readonly site: ScaleSite;
  readonly values: Float32Array;
  readonly range: number;
}

function SiteHistogram({ site, values, range }: SiteHistogramProps) {
  const { low, high, bars } = useMemo(() => {
    const row = rowOf(values, site, false);
    const counts = histogram(row, BINS, { low: 1 - range, high: 1 + range });
    const [low = 1, high = 1] = quantiles(row, [0.05, 0.95]);
    return { low, high, bars: counts };
  }, [site, values, range]);
  const spread = `${formatScale(low)} to ${formatScale(high)}`;
  return (
    <li>
      <svg viewBox={`0 0 ${BINS} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
        <path className={styles.depressed} d={barPath(bars, 0, BINS / 2)} />
        <path className={styles.potentiated} d={barPath(bars, BINS / 2, BINS)} />
        <path className={styles.one} d={`M${BINS / 2} 0V${HEIGHT}`} />
      </svg>
      <p className={styles.name}>{site.label}</p>
      <p className={styles.spread}>
        <span className={styles.hidden}>nine in ten channels: </span>
        {spread}
      </p>
    </li>
  );
}

/** Bars [from, to) as one path, scaled to the tallest of all. */
function barPath(counts: Uint32Array, from: number, to: number): string {
  const tallest = Math.max(1, ...counts);
  let path = '';
  for (let bin = from; bin < to; bin++) {
    const height = ((counts[bin] ?? 0) / tallest) * (HEIGHT - 1);
    if (height > 0) path += `M${bin} ${HEIGHT}v${(-height).toFixed(2)}h1v${height.toFixed(2)}z`;
  }
  return path;
}
