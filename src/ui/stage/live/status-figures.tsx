import type { ReactNode } from 'react';
import { formatBytes, formatDuration, formatShare } from '../../../lib/format.ts';
import type { RunEnd, StepOnDevice } from '../../../protocol.ts';
import { isRunning, type RunStage } from '../../../stores/run.ts';
import { useThrottled } from '../../charts/use-throttled.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Help } from '../../components/help.tsx';
import { Progress } from '../../components/progress.tsx';
import { useApp, useRun } from '../../studio-context.ts';
import { useRunTitle } from '../use-run-title.ts';
import styles from './status-figures.module.css';

/** Where the run stands, in numbers with units. */
export function StatusFigures() {
  // One moment of the run: a label must not run ahead of the numbers beside it.
  const moment = useThrottled(
    useRun((state) => state),
    200,
  );
  const { phase, start, result, status } = moment;
  const last = moment.steps.at(-1) ?? null;
  const cancelled = moment.failure?.code === 'cancelled';
  const title = useRunTitle(start);
  if (start === null) return null;
  const total = start.totalEpochs * start.stepsPerEpoch;
  const step = status?.step ?? last?.step ?? 0;
  const epoch = Math.min(start.totalEpochs, Math.max(1, Math.ceil(step / start.stepsPerEpoch)));
  const running = isRunning(phase);
  const left = status?.secondsLeft ?? null;
  const detail = [
    `step ${step.toLocaleString('en')} of ${total.toLocaleString('en')}`,
    `epoch ${epoch} of ${start.totalEpochs}`,
    running && left !== null && `${formatDuration(left)} left`,
    !running && result !== null && `took ${formatDuration(result.seconds)}`,
  ].filter(Boolean);
  const end = phase === 'finished' ? (result?.end ?? null) : null;
  return (
    <Card title={title} actions={phase === 'finished' && <SeeResults />}>
      <Progress
        label={cancelled ? 'Stopped before the first step' : phaseWords(phase, end)}
        done={step}
        total={total}
        detail={detail.join(' · ')}
      />
      <dl className={styles.figures}>
        <Figure name="Speed" value={status && `${status.imagesPerSecond.toFixed(0)} images/s`} />
        {start.stepOnDevice.bytes > 0 && (
          <Figure
            name="Device memory"
            value={status && formatBytes(status.deviceBytes)}
            detail={`of about ${formatBytes(start.stepOnDevice.bytes)}`}
            help={memoryWords(start.stepOnDevice)}
          />
        )}
        <Figure
          name="Learning rate"
          value={last && last.learningRate.toPrecision(2)}
          help="How large each correction is. It rises at first and then falls towards the end."
        />
        <Figure
          name="Gradient norm"
          value={last && last.gradientNorm.toPrecision(3)}
          help="How strongly the last batch pulls at the trained numbers. It should stay calm; a sudden rise means the learning rate is too large."
        />
        <Figure
          name="Trained numbers"
          value={start.trainableParameters.toLocaleString('en')}
          detail={`${formatShare(start.trainableParameters / start.totalParameters)} of all`}
        />
      </dl>
    </Card>
  );
}

function SeeResults() {
  const setTab = useApp((state) => state.setTab);
  return <Button onClick={() => setTab('results')}>See the results</Button>;
}

interface FigureProps {
  readonly name: string;
  readonly value: ReactNode;
  readonly help?: string;
  readonly detail?: string;
}

function Figure({ name, value, help, detail }: FigureProps) {
  return (
    <div className={styles.figure}>
      <dt>
        {name}
        {help && <Help about={`the ${name.toLowerCase()}`}>{help}</Help>}
      </dt>
      <dd>
        {value ?? '–'} {detail && <span className={styles.detail}>{detail}</span>}
      </dd>
    </div>
  );
}

/** What the figure means, and what was done so that a step fits. */
function memoryWords({ batchSize, accumulation, recomputes }: StepOnDevice): string {
  const meaning = 'What the page holds on the device now, and the most a step is expected to take.';
  if (!recomputes) return meaning;
  const sparing =
    'To take less, the network’s blocks are computed a second time instead of being remembered.';
  const together = ` ${batchSize} ${batchSize === 1 ? 'image goes' : 'images go'} through it at a time, and ${accumulation} such batches make a step.`;
  return `${meaning} ${sparing}${accumulation > 1 ? together : ''}`;
}

function phaseWords(phase: RunStage, end: RunEnd | null): string {
  switch (phase) {
    case 'idle':
    case 'preparing':
      return 'Preparing the images';
    case 'training':
      return 'Training';
    case 'validating':
      return 'Checking against the validation images';
    case 'paused':
      return 'Paused';
    case 'finishing':
      return 'Restoring the best weights';
    case 'recovering':
      return 'Getting the device back';
    case 'failed':
      return 'Failed';
    case 'finished':
      return endWords(end);
    default: {
      const unknown: never = phase;
      return unknown;
    }
  }
}

function endWords(end: RunEnd | null): string {
  if (end === 'stopped') return 'Stopped; the best weights were restored';
  if (end === 'early-stopped') return 'Finished early: it no longer improved';
  return 'Finished';
}
