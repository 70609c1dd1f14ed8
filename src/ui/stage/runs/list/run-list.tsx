import { useState } from 'react';
import { countOf } from '../../../../lib/format.ts';
import { Button } from '../../../components/button.tsx';
import { Card } from '../../../components/card.tsx';
import { useRun } from '../../../studio-context.ts';
import { useBusy } from '../../../use-busy.ts';
import styles from './run-list.module.css';
import { BUSY_NOTE } from './run-actions.tsx';
import { RunRow } from './run-row.tsx';

const IN_SIGHT = 12;

/** Every run that came to its end, the newest first. */
export function RunList() {
  const finished = useRun((state) => state.finished);
  const busy = useBusy();
  const [all, setAll] = useState(false);
  const newest = finished.toReversed();
  const shown = all ? newest : newest.slice(0, IN_SIGHT);
  return (
    <Card title="Your runs">
      {newest.length === 0 ? (
        <p className={styles.note}>
          Every run that ends is listed here and kept with the project, to be opened again, exported
          and compared.
        </p>
      ) : (
        <>
          <p className={styles.note}>
            The newest first. The open run is the one whose scales, results and files the other tabs
            show. The list is kept with the project.
          </p>
          {busy && (
            <p id={BUSY_NOTE} className={styles.note}>
              Runs can be opened, exported and deleted again when training has ended.
            </p>
          )}
          <table className={styles.table} aria-label="Your runs">
            <thead>
              <tr>
                <th scope="col">Run</th>
                <th scope="col">Validation accuracy</th>
                <th scope="col">Epochs</th>
                <th scope="col">Time</th>
                <th scope="col" className={styles.hidden}>
                  Actions
                </th>
              </tr>
            </thead>
            <tbody>
              {shown.map((run) => (
                <RunRow key={run.start.runId} run={run} />
              ))}
            </tbody>
          </table>
          {shown.length < newest.length && (
            <Button variant="quiet" onClick={() => setAll(true)}>
              Show all {countOf(newest.length, 'run')}
            </Button>
          )}
        </>
      )}
    </Card>
  );
}
