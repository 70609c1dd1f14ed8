import type { RunStatus } from '../../../protocol.ts';
import { formatBytes, formatDuration } from '../../../lib/format.ts';
import type { RunStage } from '../../../stores/run.ts';
import { Progress } from '../../components/progress.tsx';
import { useRun } from '../../studio-context.ts';
import styles from './train-panel.module.css';

const PHASES: Record<RunStage, string> = {
  idle: '',
  preparing: 'Preparing images',
  training: 'Training',
  validating: 'Measuring accuracy',
  paused: 'Paused',
  finishing: 'Restoring the best weights',
  finished: 'Finished',
  failed: 'Ended early',
};

/** Steps done, time left, speed and memory of the present run. */
export function RunProgress() {
  const phase = useRun((state) => state.phase);
  const status = useRun((state) => state.status);
  const { step = 0, totalSteps = 0 } = status ?? {};
  return (
    <>
      <Progress
        label={PHASES[phase]}
        done={step}
        total={totalSteps}
        detail={totalSteps > 0 ? `step ${step} of ${totalSteps}` : undefined}
      />
      {status && <Figures status={status} />}
    </>
  );
}

function Figures({ status }: { readonly status: RunStatus }) {
  const { secondsLeft, imagesPerSecond, deviceBytes } = status;
  return (
    <dl className={styles.figures}>
      <div>
        <dt>Time left</dt>
        <dd>{secondsLeft === null ? '…' : formatDuration(secondsLeft)}</dd>
      </div>
      <div>
        <dt>Speed</dt>
        <dd>
          {imagesPerSecond < 10 ? imagesPerSecond.toFixed(1) : Math.round(imagesPerSecond)} images/s
        </dd>
      </div>
      <div>
        <dt>Memory</dt>
        <dd>{formatBytes(deviceBytes)}</dd>
      </div>
    </dl>
  );
}
