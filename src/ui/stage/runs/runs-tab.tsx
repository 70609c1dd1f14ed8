import { useState } from 'react';
import { Card } from '../../components/card.tsx';
import { useRun } from '../../studio-context.ts';
import { Empty } from '../empty.tsx';
import styles from '../stage.module.css';
import { ComparedCurves } from './compared-curves.tsx';
import { COMPARED, RUN_LINES } from './run-lines.ts';
import { RunsTable } from './runs-table.tsx';

/** The runs of this page, side by side. */
export function RunsTab() {
  const finished = useRun((state) => state.finished);
  const [hidden, setHidden] = useState<ReadonlySet<number>>(new Set());
  if (finished.length === 0) {
    return (
      <Empty title="Compare your runs">
        Every run that ends is listed here until you close the page. Train once with SAN and once
        with a linear probe to see what the scales bring.
      </Empty>
    );
  }
  const toggle = (runId: number) => {
    const next = new Set(hidden);
    if (!next.delete(runId)) next.add(runId);
    setHidden(next);
  };
  const compared = finished.filter(({ start }) => !hidden.has(start.runId)).slice(-COMPARED);
  const lines = new Map(compared.map((run, index) => [run.start.runId, RUN_LINES[index]]));
  return (
    <div className={styles.stack}>
      <Card title="Runs of this page">
        <RunsTable runs={finished} lines={lines} onToggle={toggle} />
      </Card>
      {compared.length > 0 && (
        <div className={styles.pair}>
          <ComparedCurves metric="accuracy" runs={compared} />
          <ComparedCurves metric="loss" runs={compared} />
        </div>
      )}
    </div>
  );
}
