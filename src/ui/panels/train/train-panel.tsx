import { Button } from '../../components/button.tsx';
import { trainingValues } from '../../../stores/config.ts';
import { formProblems } from '../../../stores/form.ts';
import { isRunning } from '../../../stores/run.ts';
import { SettingsForm } from '../../form/settings-form.tsx';
import { useCatalog, useConfig, useRun } from '../../studio-context.ts';
import { useNarrow } from '../../use-narrow.ts';
import { TrainControls } from './train-controls.tsx';
import styles from './train-panel.module.css';

/** The run's settings; on a narrow page its buttons stand at the foot of the page instead. */
export function TrainPanel() {
  const running = useRun((state) => isRunning(state.phase));
  const narrow = useNarrow();
  return (
    <div className={styles.panel}>
      {running ? (
        narrow && <p>Settings can be changed once this run has ended.</p>
      ) : (
        <TrainingForm />
      )}
      {!narrow && <TrainControls />}
    </div>
  );
}

function TrainingForm() {
  const catalog = useCatalog((state) => state);
  const config = useConfig((state) => state);
  const values = trainingValues(catalog, config);
  const changed = Object.keys(config.touchedTraining).length > 0;
  return (
    <>
      <SettingsForm
        fields={catalog.training}
        values={values}
        problems={formProblems(catalog.training, values)}
        onChange={config.setTraining}
        disabled={false}
      />
      {changed && (
        <Button variant="quiet" className={styles.reset} onClick={config.resetTraining}>
          Back to the suggested values
        </Button>
      )}
    </>
  );
}
