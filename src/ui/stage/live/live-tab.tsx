import { isRunning } from '../../../stores/run.ts';
import type { CurveMetric } from '../../charts/curve-rows.ts';
import { LearningCurve } from '../../charts/learning-curve.tsx';
import { useThrottled } from '../../charts/use-throttled.ts';
import { Progress } from '../../components/progress.tsx';
import { useRun } from '../../studio-context.ts';
import { FailureNotice } from '../failure-notice.tsx';
import styles from '../stage.module.css';
import { FirstVisit } from './first-visit.tsx';
import { LiveScales } from './live-scales.tsx';
import { StatusFigures } from './status-figures.tsx';

/** Redrawing a chart costs more than a frame leaves while training; unlike intervals keep the two apart. */
const INTERVALS = { loss: 370, accuracy: 430 } as const;

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
  const hasSteps = useRun((state) => state.steps.length > 0);
  return (
    <>
      <StatusFigures />
      {hasSteps && (
        <div className={styles.pair}>
          <LiveCurve metric="loss" />
          <LiveCurve metric="accuracy" />
        </div>
      )}
      <LiveScales />
    </>
  );
}

function LiveCurve({ metric }: { readonly metric: CurveMetric }) {
  const interval = INTERVALS[metric];
  const steps = useThrottled(
    useRun((state) => state.steps),
    interval,
  );
  const epochs = useThrottled(
    useRun((state) => state.epochs),
    interval,
  );
  const totalSteps = useRun(({ start }) =>
    start === null ? 0 : start.totalEpochs * start.stepsPerEpoch,
  );
  return <LearningCurve metric={metric} steps={steps} epochs={epochs} totalSteps={totalSteps} />;
}
