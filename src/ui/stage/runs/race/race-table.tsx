import { Help } from '../../../components/help.tsx';
import type { RaceRow } from '../../../../stores/race.ts';
import { lineStyle } from '../../../charts/epoch-series.ts';
import { byAccuracy } from './race-words.ts';
import { RaceTableRow } from './race-table-row.tsx';
import styles from './race-table.module.css';
import { spanOf, WhiskerAxis } from './whiskers.tsx';

interface RaceTableProps {
  readonly rows: readonly RaceRow[];
  /** Puts the best first; while it runs the methods keep their places. */
  readonly ranked: boolean;
}

export function RaceTable({ rows, ranked }: RaceTableProps) {
  const span = spanOf(rows);
  const lined = rows.map((row, index) => ({ row, line: lineStyle(index) }));
  const shown = ranked ? lined.sort((a, b) => byAccuracy(a.row, b.row)) : lined;
  return (
    <table className={styles.table} aria-label="Methods of the race">
      <thead>
        <tr>
          <th scope="col">Method</th>
          <th scope="col" className={styles.strip}>
            Validation accuracy
            <WhiskerAxis span={span} />
          </th>
          <th scope="col">
            Behind the best
            <Help about="behind the best">
              How many more of 100 images the best method gets right, with the range that chance
              leaves. Where the range holds 0 the two cannot be told apart.
            </Help>
          </th>
          <th scope="col">
            Spread
            <Help about="the spread">
              How much the runs of one method differ with their seed: the standard deviation of
              their accuracies. Point at it to see every run.
            </Help>
          </th>
          <th scope="col">Time a run</th>
          <th scope="col">Trained numbers</th>
          <th scope="col">
            Afterwards
            <Help about="what it leaves afterwards">
              The size of the adapter file, which holds what was learned, and the work that the
              method adds to every later prediction. One that folds away leaves the network exactly
              as fast as it was.
            </Help>
          </th>
          <th scope="col">
            Learning rate
            <Help about="the learning rate">
              How large each correction is while the method trains.
            </Help>
          </th>
        </tr>
      </thead>
      <tbody>
        {shown.map(({ row, line }) => (
          <RaceTableRow key={row.method} row={row} line={line} span={span} />
        ))}
      </tbody>
    </table>
  );
}
