import { Help } from '../../../components/help.tsx';
import type { RaceRow } from '../../../../stores/race.ts';
import { RaceTableRow } from './race-table-row.tsx';
import styles from './race-table.module.css';
import { spanOf, WhiskerAxis } from './whiskers.tsx';

/** Every method of the race, in the order of the catalog. */
export function RaceTable({ rows }: { readonly rows: readonly RaceRow[] }) {
  const span = spanOf(rows);
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
          <th scope="col">Adapter file</th>
          <th scope="col">
            Slower after
            <Help about="slower after">
              Work that the method adds to every later prediction. A method that folds away leaves
              the network exactly as fast as it was.
            </Help>
          </th>
          <th scope="col">
            Rate
            <Help about="the rate">
              The learning rate: how large each correction is while it trains.
            </Help>
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <RaceTableRow key={row.method} row={row} span={span} />
        ))}
      </tbody>
    </table>
  );
}
