import { Button } from '../../components/button.tsx';
import { trainingValues } from '../../../stores/config.ts';
import { formProblems } from '../../../stores/form.ts';
import { SettingsForm } from '../../form/settings-form.tsx';
import { useCatalog, useConfig } from '../../studio-context.ts';
import { useBusy } from '../../use-busy.ts';
import { NotifySwitch } from './notify-switch.tsx';
import styles from './train-panel.module.css';

/** The run's settings; its buttons stand where they are always in sight. */
export function TrainPanel() {
  const running = useBusy();
  return (
    <div className={styles.panel}>
      {running ? <Locked /> : <TrainingForm />}
      <NotifySwitch />
    </div>
  );
}

function Locked() {
  return <p className={styles.muted}>Settings can be changed again once this run has ended.</p>;
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
