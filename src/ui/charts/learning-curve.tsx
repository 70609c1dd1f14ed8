import { memo, useMemo } from 'react';
import { Line, ReferenceLine, Tooltip, XAxis } from 'recharts';
import type { EpochRecord, StepRecord } from '../../protocol.ts';
import { AXIS, READOUT, axisLabel, formatMetric, roundTicks } from './axis.ts';
import { CurveFigure } from './curve-figure.tsx';
import { CurveLegend } from './curve-legend.tsx';
import { CurveReadout } from './curve-readout.tsx';
import {
  curveCsv,
  curveRows,
  validationOf,
  type CurveMetric,
  type CurveRow,
} from './curve-rows.ts';

interface LearningCurveProps {
  readonly metric: CurveMetric;
  readonly steps: readonly StepRecord[];
  readonly epochs: readonly EpochRecord[];
  readonly totalSteps: number;
}

const TITLES: Record<CurveMetric, string> = {
  loss: 'Loss',
  accuracy: 'Accuracy',
  gradientNorm: 'Gradient norm',
};

/** Training per step (faint as measured, bold smoothed) and validation per epoch. */
export const LearningCurve = memo(function LearningCurve(props: LearningCurveProps) {
  const { metric, steps, epochs, totalSteps } = props;
  const rows = useMemo(() => curveRows(steps, epochs, metric), [steps, epochs, metric]);
  const best = bestOf(epochs);
  return (
    <CurveFigure
      title={TITLES[metric]}
      file={TITLES[metric].toLowerCase().replace(' ', '-')}
      metric={metric}
      rows={rows}
      valuesOf={valuesOf}
      csv={() => curveCsv(steps, epochs, metric)}
      summary={summary(props)}
      legend={<CurveLegend best={best ?? null} judged={metric !== 'gradientNorm'} />}
    >
      <XAxis
        {...AXIS}
        dataKey="step"
        type="number"
        domain={[0, totalSteps]}
        ticks={roundTicks(totalSteps, 1)}
        label={axisLabel('step')}
      />
      {best && <ReferenceLine x={best.step} stroke="var(--series-best)" strokeDasharray="1 3" />}
      <Tooltip
        {...READOUT}
        content={({ active, payload }) => (
          <CurveReadout
            active={active}
            row={rows.find((row) => row === payload[0]?.payload) ?? null}
            metric={metric}
          />
        )}
      />
      <Line {...LINE} dataKey="raw" stroke="var(--series-train)" strokeOpacity={0.28} />
      <Line {...LINE} dataKey="smoothed" stroke="var(--series-train)" strokeWidth={2} />
      <Line
        {...LINE}
        dataKey="validation"
        stroke="var(--series-validation)"
        strokeWidth={2}
        strokeDasharray="6 4"
        dot={{ r: 2.5, strokeDasharray: '0', fill: 'var(--series-validation)' }}
      />
    </CurveFigure>
  );
});

const valuesOf = (row: CurveRow) => [row.raw, row.validation];

const LINE = {
  type: 'linear',
  dot: false,
  activeDot: { r: 3 },
  connectNulls: true,
  isAnimationActive: false,
} as const;

/** The chart in words. */
function summary({ metric, steps, epochs, totalSteps }: LearningCurveProps): string {
  const title = TITLES[metric];
  const last = steps.at(-1);
  if (last === undefined) return `${title}: no step has been measured yet.`;
  const value = (number: number) => formatMetric(number, metric, 'exact');
  const training = `${title} over ${last.step} of ${totalSteps} steps. Training: ${value(steps[0]?.[metric] ?? 0)} at first, ${value(last[metric])} now.`;
  const epoch = epochs.at(-1);
  if (epoch === undefined) return training;
  const best = bestOf(epochs) ?? epoch;
  const [latest, highest] = [validationOf(epoch, metric), validationOf(best, metric)];
  if (latest === null || highest === null) return training;
  return `${training} Validation: ${value(latest)} after epoch ${epoch.epoch}; best epoch ${best.epoch} with ${value(highest)}.`;
}

/** Of a run that went on from a checkpoint, every epoch counts that was the best one when it ended. */
function bestOf(epochs: readonly EpochRecord[]): EpochRecord | undefined {
  return epochs.findLast(({ best }) => best);
}
