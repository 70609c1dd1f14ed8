import type { RaceRow } from '../../../../stores/race.ts';
import { Tooltip } from '../../../components/tooltip.tsx';
import { precisePercent } from '../../percent.ts';
import { points } from './race-words.ts';
import styles from './race-table.module.css';

/** How far the runs of a method lie apart; each of them on hover and on focus. */
export function Spread({ row: { label, perSeed, standardDeviation } }: { readonly row: RaceRow }) {
  if (standardDeviation === null) return <>–</>;
  const singles = perSeed.map(precisePercent).join(', ');
  return (
    <Tooltip content={`Runs of ${label}: ${singles}`}>
      <button
        type="button"
        className={styles.spread}
        aria-label={`Spread of ${label}: ${points(standardDeviation)}; its runs: ${singles}`}
      >
        {points(standardDeviation)}
        <span className={styles.singles}>{singles}</span>
      </button>
    </Tooltip>
  );
}
