import type { TuneRecord } from '../../../../stores/race.ts';
import { useCatalog } from '../../../studio-context.ts';
import { precisePercent } from '../../percent.ts';
import { methodLabel } from '../run-names.ts';
import styles from './race-results.module.css';

/** Every learning rate that was tried, and the one each method races with. */
export function TuningTable({ records }: { readonly records: readonly TuneRecord[] }) {
  const methods = useCatalog((state) => state.methods);
  return (
    <>
      <p className={styles.note}>
        Each rate was tried on a part of the training images and judged by the rest of them.
      </p>
      <table className={styles.tuning}>
        <thead>
          <tr>
            <th scope="col">Method</th>
            <th scope="col">Learning rate</th>
            <th scope="col">Accuracy</th>
            <th scope="col">Loss</th>
          </tr>
        </thead>
        <tbody>
          {records.map(({ method, learningRate, accuracy, loss, chosen }) => (
            <tr key={`${method} ${learningRate}`} data-chosen={chosen}>
              <th scope="row">{methodLabel(method, methods)}</th>
              <td>
                {learningRate}
                {chosen && <span className={styles.taken}> taken</span>}
              </td>
              <td>{accuracy === null ? 'failed' : precisePercent(accuracy)}</td>
              <td>{loss === null ? '–' : loss.toPrecision(3)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
