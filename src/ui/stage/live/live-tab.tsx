import { useMemo } from 'react';
import { isRunning } from '../../../stores/run.ts';
import type { CurveMetric } from '../../charts/curve-rows.ts';
import { LearningCurve } from '../../charts/learning-curve.tsx';
import { useThrottled } from '../../charts/use-throttled.ts';
import { Disclosure } from '../../components/disclosure.tsx';
import { Notice } from '../../components/notice.tsx';
import { Progress } from '../../components/progress.tsx';
import { useRun } from '../../studio-context.ts';
import { FailureNotice } from '../failure-notice.tsx';
import styles from '../stage.module.css';
import { FirstVisit } from './first-visit.tsx';
import { explosionWords } from './explosion-words.ts';
import { LiveScales } from './live-scales.tsx';
import { StatusFigures } from './status-figures.tsx';

/** Redrawing a chart costs more than a frame leaves while training; unlike intervals keep the two apart. */
const INTERVALS = { loss: 370, accuracy: 430, gradientNorm: 510 } as const;

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
      <Explosion />
      <LiveScales />
      {hasSteps && (
        <Disclosure label="Gradient norm, step by step">
          <div className={styles.stack}>
            <p className={styles.prose}>
              How strongly each batch pulls at the trained numbers: it should stay calm or fall, and
              one that keeps rising means that the learning rate is too large.
            </p>
            <LiveCurve metric="gradientNorm" />
          </div>
        </Disclosure>
      )}
    </>
  );
}

/** Warns where training runs away, while there is something left to save. */
function Explosion() {
  const running = useRun((state) => isRunning(state.phase));
  const steps = useThrottled(
    useRun((state) => state.steps),
    1000,
  );
  const words = useMemo(() => explosionWords(steps), [steps]);
  if (!running || words === null) return null;
  return (
    <Notice tone="warning" title="The gradients are exploding">
      {words}
    </Notice>
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
