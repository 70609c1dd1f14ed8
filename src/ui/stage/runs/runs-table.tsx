import { formatDuration, formatShare } from '../../../lib/format.ts';
import { wilsonInterval } from '../../../lib/statistics.ts';
import type { FinishedRun } from '../../../stores/runs.ts';
import { LineSample } from '../../charts/curve-legend.tsx';
import { Button } from '../../components/button.tsx';
import { useCatalog, useRun } from '../../studio-context.ts';
import { intervalWords, precisePercent } from '../percent.ts';
import { useBackboneLabel } from '../use-run-title.ts';
import type { RunLine } from './run-lines.ts';
import { runName } from './run-names.ts';
import styles from './runs.module.css';

interface RunsTableProps {
  readonly runs: readonly FinishedRun[];
  /** The line of each run that is compared. */
  readonly lines: ReadonlyMap<number, RunLine | undefined>;
  readonly onToggle: (runId: number) => void;
}

export function RunsTable({ runs, lines, onToggle }: RunsTableProps) {
  return (
    <div className={styles.scroll}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">Run</th>
            <th scope="col">Accuracy</th>
            <th scope="col">Time</th>
            <th scope="col">Trained</th>
            <th scope="col">
              <span className={styles.hidden}>Delete</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <RunRow
              key={run.start.runId}
              run={run}
              line={lines.get(run.start.runId)}
              onToggle={onToggle}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface RunRowProps {
  readonly run: FinishedRun;
  readonly line: RunLine | undefined;
  readonly onToggle: (runId: number) => void;
}

function RunRow({ run, line, onToggle }: RunRowProps) {
  const remove = useRun((state) => state.remove);
  const methods = useCatalog((state) => state.methods);
  const { start, result } = run;
  const backbone = useBackboneLabel(start.backbone);
  const name = runName(run, methods);
  const images = result.evaluation.images.length;
  const { accuracy } = result.evaluation;
  const interval = wilsonInterval(Math.round(accuracy * images), images);
  return (
    <tr>
      <th scope="row">
        <label className={styles.name}>
          <input
            type="checkbox"
            checked={line !== undefined}
            onChange={() => onToggle(start.runId)}
          />
          <span className={styles.method}>
            {name}
            {line && <LineSample stroke={line.stroke} dash={line.dash} />}
          </span>
          <span className={styles.backbone}>{backbone}</span>
        </label>
      </th>
      <td data-label="Accuracy">
        {precisePercent(accuracy)}
        <span className={styles.detail}>{intervalWords(interval)}</span>
      </td>
      <td data-label="Time">
        {formatDuration(result.seconds)}
        <span className={styles.detail}>
          {result.end === 'completed' ? `epoch ${result.bestEpoch} best` : result.end}
        </span>
      </td>
      <td data-label="Trained">
        {formatShare(start.trainableParameters / start.totalParameters)}
        <span className={styles.detail}>{start.trainableParameters.toLocaleString('en')}</span>
      </td>
      <td>
        <Button
          variant="quiet"
          aria-label={`Delete run ${name}`}
          onClick={() => void remove(start.runId)}
        >
          Delete
        </Button>
      </td>
    </tr>
  );
}
