import { useState } from 'react';
import type { FinishedRun } from '../../../../stores/runs.ts';
import { Card } from '../../../components/card.tsx';
import { Select } from '../../../components/select.tsx';
import { useRun } from '../../../studio-context.ts';
import stage from '../../stage.module.css';
import { numberedName } from '../run-names.ts';
import styles from './compare.module.css';
import { ComparedAccuracy } from './compared-accuracy.tsx';
import { ComparedCurves } from './compared-curves.tsx';
import { ComparedSettings } from './compared-settings.tsx';

/** Any two runs side by side; at first the last two. */
export function CompareTwo() {
  const finished = useRun((state) => state.finished);
  const [chosen, setChosen] = useState<readonly [number | null, number | null]>([null, null]);
  const pick = (runId: number | null, otherwise: FinishedRun | undefined) =>
    finished.find(({ start }) => start.runId === runId) ?? otherwise;
  const first = pick(chosen[0], finished.at(-2));
  const second = pick(chosen[1], finished.at(-1));
  if (!first || !second) return null;
  const options = finished.toReversed().map((run) => ({
    value: String(run.start.runId),
    label: numberedName(run),
  }));
  return (
    <>
      <Card title="Compare two runs">
        <div className={styles.choice}>
          <Select
            label="First run"
            value={String(first.start.runId)}
            options={options}
            onChange={(value) => setChosen([Number(value), second.start.runId])}
          />
          <Select
            label="Second run"
            value={String(second.start.runId)}
            options={options}
            onChange={(value) => setChosen([first.start.runId, Number(value)])}
          />
        </div>
        {first === second ? (
          <p className={styles.note}>This is one and the same run. Choose another beside it.</p>
        ) : (
          <>
            <ComparedAccuracy first={first} second={second} />
            <ComparedSettings first={first} second={second} />
          </>
        )}
      </Card>
      {first !== second && <Curves first={first} second={second} />}
    </>
  );
}

interface CurvesProps {
  readonly first: FinishedRun;
  readonly second: FinishedRun;
}

function Curves({ first, second }: CurvesProps) {
  const runs = [first, second];
  return (
    <div className={stage.pair}>
      <ComparedCurves metric="accuracy" runs={runs} />
      <ComparedCurves metric="loss" runs={runs} />
    </div>
  );
}
