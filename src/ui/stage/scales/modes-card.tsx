import type { EpochRecord, ModeAccuracies } from '../../../protocol.ts';
import { Card } from '../../components/card.tsx';
import { useRun } from '../../studio-context.ts';
import { MODES } from '../modes.ts';
import { precisePercent } from '../percent.ts';
import styles from './modes-card.module.css';

/** The accuracies of the four modes, of the epoch the timeline stands on where they were measured. */
export function ModesCard({ step }: { readonly step: number }) {
  const epochs = useRun((state) => state.epochs);
  const result = useRun((state) => state.result);
  const measured = epochAt(epochs, step);
  const modes = measured?.modes ?? result?.modes ?? null;
  const when = measured
    ? `after epoch ${measured.epoch}`
    : result && `under the best weights, of epoch ${result.bestEpoch}`;
  return (
    <Card title="Which half does the work?">
      {modes === null ? (
        <p className={styles.note}>
          When the run has ended, the validation images are judged four times: with both uses of the
          scales, with each use alone, and with none.
        </p>
      ) : (
        <>
          <p className={styles.note}>Validation accuracy {when}.</p>
          <ModesTable modes={modes} />
        </>
      )}
    </Card>
  );
}

function ModesTable({ modes }: { readonly modes: ModeAccuracies }) {
  return (
    <table className={styles.table}>
      <thead className={styles.hidden}>
        <tr>
          <th scope="col">Mode</th>
          <th scope="col">Accuracy</th>
        </tr>
      </thead>
      <tbody>
        {MODES.map(({ mode, label, explanation }) => (
          <tr key={mode}>
            <th scope="row">
              {label}
              <span className={styles.explanation}>{explanation}</span>
            </th>
            <td>
              <span className={styles.accuracy}>{precisePercent(modes[mode])}</span>
              <span className={styles.bar}>
                <span style={{ width: `${modes[mode] * 100}%` }} />
              </span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The last epoch at or before `step` whose modes were measured. */
function epochAt(epochs: readonly EpochRecord[], step: number): EpochRecord | undefined {
  return epochs.findLast((epoch) => epoch.step <= step && epoch.modes !== null);
}
