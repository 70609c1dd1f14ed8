import { Notice } from '../../../components/notice.tsx';
import { useCatalog, useRace } from '../../../studio-context.ts';
import { methodLabel } from '../run-names.ts';
import styles from './race-results.module.css';

/** The runs that came to nothing, each with its reason. */
export function RaceFailures() {
  const entries = useRace((state) => state.entries);
  const methods = useCatalog((state) => state.methods);
  const failed = entries.flatMap(({ key, method, seed, failure }) =>
    failure === null ? [] : [{ key, seed, label: methodLabel(method, methods), failure }],
  );
  if (failed.length === 0) return null;
  return (
    <div className={styles.failures}>
      <Notice tone="warning" title="Not every run came to a result">
        <ul>
          {failed.map(({ key, label, seed, failure }) => (
            <li key={key}>
              {label}, seed {seed}: {failure.message}
            </li>
          ))}
        </ul>
      </Notice>
    </div>
  );
}
