import { isRunning } from '../../../stores/run.ts';
import { Button } from '../../components/button.tsx';
import { Notice } from '../../components/notice.tsx';
import { useRace, useRun, useStudio } from '../../studio-context.ts';
import { useBusy } from '../../use-busy.ts';
import { InterruptedRun } from './interrupted-run.tsx';
import { RunProgress } from './run-progress.tsx';
import { useMissing } from './use-missing.ts';
import styles from './train-panel.module.css';

/** Start where nothing runs; pause, resume and stop where something does. */
export function TrainControls() {
  return useBusy() ? <RunningControls /> : <StartControls />;
}

function StartControls() {
  const studio = useStudio();
  const missing = useMissing();
  const failure = useRun((state) => state.failure);
  const dismissFailure = useRun((state) => state.dismissFailure);
  const phase = useRun((state) => state.phase);
  const title = phase === 'failed' ? 'The run ended early' : 'That did not work';
  return (
    <>
      {failure && failure.code !== 'cancelled' && (
        <Notice tone="error" title={title} onDismiss={dismissFailure}>
          {failure.message} Your images and settings are untouched.
        </Notice>
      )}
      <InterruptedRun />
      <Button
        variant="primary"
        wide
        className={styles.start}
        disabled={missing !== null}
        aria-describedby="missing"
        onClick={() => void studio.startRun()}
      >
        {phase === 'finished' ? 'Train again' : 'Train'}
      </Button>
      <p id="missing" className={styles.missing} role="status">
        {missing}
      </p>
    </>
  );
}

function RunningControls() {
  const phase = useRun((state) => state.phase);
  const pause = useRun((state) => state.pause);
  const resume = useRun((state) => state.resume);
  const stop = useRun((state) => state.stop);
  const racing = useRace((state) => state.phase === 'racing');
  const stopRace = useRace((state) => state.stop);
  const finishing = phase === 'finishing' || phase === 'recovering';
  return (
    <div className={styles.running}>
      <RunProgress />
      <div className={styles.buttons}>
        {phase === 'paused' ? (
          <Button variant="primary" onClick={() => void resume()}>
            Resume
          </Button>
        ) : (
          <Button
            disabled={finishing || phase === 'preparing' || !isRunning(phase)}
            onClick={() => void pause()}
          >
            Pause
          </Button>
        )}
        {racing ? (
          <Button title="The runs that ended are kept" onClick={() => void stopRace()}>
            Stop the race
          </Button>
        ) : (
          <Button
            disabled={finishing}
            title="The best weights so far are kept"
            onClick={() => void stop()}
          >
            Stop
          </Button>
        )}
      </div>
    </div>
  );
}
