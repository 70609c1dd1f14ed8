import { isRunning } from '../../../stores/run.ts';
import { LearningCurve } from '../../charts/learning-curve.tsx';
import { useThrottled } from '../../charts/use-throttled.ts';
import { Progress } from '../../components/progress.tsx';
import { useRun } from '../../studio-context.ts';
import { FailureNotice } from '../failure-notice.tsx';
import styles from '../stage.module.css';
import { FirstVisit } from './first-visit.tsx';
import { LiveScales } from './live-scales.tsx';
import { StatusFigures } from './status-figures.tsx';

/** Redrawing a chart costs more than a frame leaves while training. */
const CHART_INTERVAL = 300;

export function LiveTab() {
  const failure = useRun((state) => state.failure);
  const dismiss = useRun((state) => state.dismissFailure);
  const hasRun = useRun((state) => state.start !== null);
  const begins = useRun((state) => state.start === null && isRunning(state.phase));
  return (
    <div className={styles.stack}>
      <FailureNotice title="The run did not go on" failure={failure} onDismiss={dismiss} />
      {hasRun && <RunView />}
      {begins && <Progress label="Preparing the images for the first step" done={0} total={0} />}
      {!hasRun && !begins && <FirstVisit />}
    </div>
  );
}

function RunView() {
  const steps = useThrottled(
    useRun((state) => state.steps),
    CHART_INTERVAL,
  );
  const epochs = useThrottled(
    useRun((state) => state.epochs),
    CHART_INTERVAL,
  );
  const totalSteps = useRun(({ start }) =>
    start === null ? 0 : start.totalEpochs * start.stepsPerEpoch,
  );
  return (
    <>
      <StatusFigures />
      <div className={styles.pair}>
        <LearningCurve metric="loss" steps={steps} epochs={epochs} totalSteps={totalSteps} />
        <LearningCurve metric="accuracy" steps={steps} epochs={epochs} totalSteps={totalSteps} />
      </div>
      <LiveScales />
    </>
  );
}
