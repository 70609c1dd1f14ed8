import type { Preparation, RunPhase, RunStatus } from '../../../protocol.ts';
import { formatBytes, formatDuration } from '../../../lib/format.ts';
import type { RunStage } from '../../../stores/run.ts';
import { Progress } from '../../components/progress.tsx';
import { useRun } from '../../studio-context.ts';
import styles from './train-panel.module.css';

const PHASES: Record<RunPhase, string> = {
  preparing: 'Preparing images',
  training: 'Training',
  validating: 'Measuring accuracy',
  paused: 'Paused',
  finishing: 'Restoring the best weights',
};

const PREPARATIONS: Record<Preparation['what'], string> = {
  images: 'Preparing images',
  shaders: 'Preparing the graphics device',
  features: 'Computing what stays the same',
};

/** A race holds the worker between its runs, too. */
function phaseWords(phase: RunStage): string {
  if (phase === 'recovering') return 'Getting the device back';
  if (phase === 'idle' || phase === 'finished' || phase === 'failed') return 'Preparing a run';
  return PHASES[phase];
}

/** Steps done, time left, speed and memory of the present run. */
export function RunProgress() {
  const phase = useRun((state) => state.phase);
  const status = useRun((state) => state.status);
  const { step = 0, totalSteps = 0, preparation = null } = status ?? {};
  return (
    <>
      {preparation ? (
        <Progress
          label={PREPARATIONS[preparation.what]}
          done={preparation.done}
          total={preparation.total}
          detail={`${preparation.done} of ${preparation.total}`}
        />
      ) : (
        <Progress
          label={phaseWords(phase)}
          done={step}
          total={totalSteps}
          detail={detailOf(status)}
        />
      )}
      {status && <Figures status={status} />}
    </>
  );
}

function detailOf(status: RunStatus | null): string | undefined {
  if (!status || status.totalSteps === 0) return undefined;
  const { step, totalSteps, secondsLeft } = status;
  const time = secondsLeft === null ? '' : ` · ${formatDuration(secondsLeft)} left`;
  return `step ${step} of ${totalSteps}${time}`;
}

function Figures({ status }: { readonly status: RunStatus }) {
  const { imagesPerSecond, deviceBytes } = status;
  return (
    <dl className={styles.figures}>
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
