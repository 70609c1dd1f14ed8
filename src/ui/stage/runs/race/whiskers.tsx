import { roundTicks } from '../../../charts/axis.ts';
import type { RaceRow } from '../../../../stores/race.ts';
import styles from './whiskers.module.css';

/** Part of the accuracy axis that all whiskers share. */
export interface Span {
  readonly low: number;
  readonly high: number;
}

/** The tenths that hold every interval and every run. */
export function spanOf(rows: readonly RaceRow[]): Span {
  const values = rows.flatMap(({ interval, perSeed }) => [...(interval ?? []), ...perSeed]);
  if (values.length === 0) return { low: 0, high: 1 };
  const low = Math.floor(Math.min(...values) * 10) / 10;
  const high = Math.ceil(Math.max(...values) * 10) / 10;
  return high > low ? { low, high } : { low, high: low + 0.1 };
}

/** Mean and 95 % interval over a faint dot for every run; the numbers stand beside it. */
export function Whiskers({ row, span }: { readonly row: RaceRow; readonly span: Span }) {
  const { meanAccuracy, interval, perSeed } = row;
  const at = (value: number) => positionIn(span, value);
  return (
    <svg className={styles.strip} aria-hidden="true">
      {ticksOf(span).map((tick) => (
        <line key={tick} className={styles.tick} x1={at(tick)} x2={at(tick)} y1="0" y2="100%" />
      ))}
      {perSeed.map((value, seed) => (
        <circle key={seed} className={styles.run} cx={at(value)} cy="50%" r="3" />
      ))}
      {interval && (
        <line
          className={styles.whisker}
          x1={at(interval[0])}
          x2={at(interval[1])}
          y1="50%"
          y2="50%"
        />
      )}
      {interval?.map((end) => (
        <line key={end} className={styles.whisker} x1={at(end)} x2={at(end)} y1="25%" y2="75%" />
      ))}
      {meanAccuracy !== null && (
        <circle className={styles.mean} cx={at(meanAccuracy)} cy="50%" r="4.5" />
      )}
    </svg>
  );
}

/** Room at both ends for half a dot. */
const MARGIN = 3;

function positionIn({ low, high }: Span, value: number): string {
  return `${MARGIN + ((value - low) / (high - low)) * (100 - 2 * MARGIN)}%`;
}

/** The ends of the axis, as numbers. */
export function WhiskerAxis({ span }: { readonly span: Span }) {
  return (
    <span className={styles.axis} aria-hidden="true">
      <span>{Math.round(span.low * 100)} %</span>
      <span>{Math.round(span.high * 100)} %</span>
    </span>
  );
}

function ticksOf({ low, high }: Span): number[] {
  return roundTicks(high - low, 0.1).map((step) => low + step);
}
