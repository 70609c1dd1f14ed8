import { formatDuration } from '../../../../lib/format.ts';
import { wilsonInterval } from '../../../../lib/statistics.ts';
import type { RunEnd, RunResult } from '../../../../protocol.ts';
import { imagesJudged, type FinishedRun } from '../../../../stores/runs.ts';
import { useCatalog, useRun } from '../../../studio-context.ts';
import { intervalWords, precisePercent } from '../../percent.ts';
import { useBackboneLabel } from '../../use-run-title.ts';
import { methodLabel } from '../run-names.ts';
import { RunActions } from './run-actions.tsx';
import styles from './run-list.module.css';
import { RunName } from './run-name.tsx';

export function RunRow({ run }: { readonly run: FinishedRun }) {
  const { start, result, epochs } = run;
  const open = useRun((state) => state.opened === start.runId);
  const methods = useCatalog((state) => state.methods);
  const made = [methodLabel(start.method, methods), useBackboneLabel(start.backbone)];
  const untold = made.filter((label) => !run.name.includes(label));
  return (
    <tr aria-current={open ? 'true' : undefined}>
      <th scope="row">
        <RunName run={run} />
        {untold.length > 0 && <span className={styles.detail}>{untold.join(' · ')}</span>}
      </th>
      <td data-label="Validation accuracy">
        {precisePercent(result.evaluation.accuracy)}
        <span className={styles.detail}>{intervalWords(intervalOf(result))}</span>
      </td>
      <td data-label="Epochs">
        {epochs.length} of {start.totalEpochs}
        <span className={styles.detail}>
          best: {result.bestEpoch}
          {END_WORDS[result.end]}
        </span>
      </td>
      <td data-label="Time">{formatDuration(result.seconds)}</td>
      <td className={styles.actions}>
        <RunActions run={run} open={open} />
      </td>
    </tr>
  );
}

const END_WORDS: Record<RunEnd, string> = {
  completed: '',
  stopped: ', then stopped',
  'early-stopped': ', then no better',
};

function intervalOf({ evaluation }: RunResult) {
  const images = imagesJudged(evaluation);
  return wilsonInterval(Math.round(evaluation.accuracy * images), images);
}
