import { formatMetric } from './axis.ts';
import type { CurveMetric, CurveRow } from './curve-rows.ts';
import styles from './chart.module.css';

interface CurveReadoutProps {
  readonly active: boolean | undefined;
  readonly row: CurveRow | null;
  readonly metric: CurveMetric;
}

/** The exact values under the pointer. */
export function CurveReadout({ active, row, metric }: CurveReadoutProps) {
  if (!active || row === null) return null;
  const entries = [
    ['training', row.raw],
    ['smoothed', row.smoothed],
    ['validation', row.validation],
  ] as const;
  return (
    <dl className={styles.readout}>
      <dt>step</dt>
      <dd>{row.step.toLocaleString('en')}</dd>
      {entries.map(
        ([name, value]) =>
          value !== null && (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{formatMetric(value, metric, 'exact')}</dd>
            </div>
          ),
      )}
    </dl>
  );
}
