import { useResults } from '../../studio-context.ts';
import { FailureNotice } from '../failure-notice.tsx';
import styles from '../stage.module.css';
import { ExportCard } from './export-card.tsx';
import { ImportCard } from './import-card.tsx';

/** Taking the model home, and bringing one back. */
export function ExportTab() {
  const failure = useResults((state) => state.failure);
  const dismiss = useResults((state) => state.dismissFailure);
  return (
    <div className={styles.stack}>
      <FailureNotice title="That did not work" failure={failure} onDismiss={dismiss} />
      <ExportCard />
      <ImportCard />
    </div>
  );
}
