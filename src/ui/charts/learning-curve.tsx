import { memo, useMemo, useRef } from 'react';
import {
  CartesianGrid,
  Line,
  LineChart,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import type { EpochRecord, StepRecord } from '../../protocol.ts';
import { Card } from '../components/card.tsx';
import { ChartDownloads } from './chart-downloads.tsx';
import { curveCsv, curveRows, type CurveMetric, type CurveRow } from './curve-rows.ts';
import { CurveLegend } from './curve-legend.tsx';
import { CurveReadout } from './curve-readout.tsx';
import {
  AXIS,
  MARGIN,
  SHARE_TICKS,
  axisLabel,
  formatMetric,
  lossTicks,
  roundTicks,
} from './axis.ts';
import styles from './chart.module.css';

interface LearningCurveProps {
  readonly metric: CurveMetric;
  readonly steps: readonly StepRecord[];
  readonly epochs: readonly EpochRecord[];
  readonly totalSteps: number;
}

const TITLES: Record<CurveMetric, string> = { loss: 'Loss', accuracy: 'Accuracy' };

/** Training per step (faint as measured, bold smoothed) and validation per epoch. */
export const LearningCurve = memo(function LearningCurve(props: LearningCurveProps) {
  const { metric, steps, epochs, totalSteps } = props;
  const figure = useRef<HTMLDivElement>(null);
  const rows = useMemo(() => curveRows(steps, epochs, metric), [steps, epochs, metric]);
  const best = epochs.find((epoch) => epoch.best);
  const ticks = useMemo(
    () => (metric === 'accuracy' ? SHARE_TICKS : lossTicks(rows.flatMap(valuesOf))),
    [metric, rows],
  );
  return (
    <Card
      title={TITLES[metric]}
      actions={
        <ChartDownloads name={metric} figure={figure} csv={() => curveCsv(steps, epochs, metric)} />
      }
    >
      <CurveLegend best={best ?? null} />
      <div ref={figure} className={styles.plot} role="img" aria-label={summary(props)}>
        <ResponsiveContainer width="100%" height={240} debounce={60}>
          <LineChart data={rows} margin={MARGIN} accessibilityLayer={false}>
            <CartesianGrid stroke="var(--grid-line)" vertical={false} />
            <XAxis
              {...AXIS}
              dataKey="step"
              type="number"
              domain={[0, totalSteps]}
              ticks={roundTicks(totalSteps, 1)}
              label={axisLabel('step')}
            />
            <YAxis
              {...AXIS}
              width={52}
              domain={[0, ticks.at(-1) ?? 1]}
              ticks={ticks}
              tickFormatter={(value: number) => formatMetric(value, metric, 'axis')}
            />
            {best && (
              <ReferenceLine x={best.step} stroke="var(--series-best)" strokeDasharray="1 3" />
            )}
            <Tooltip
              isAnimationActive={false}
              cursor={{ stroke: 'var(--line-strong)' }}
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
          </LineChart>
        </ResponsiveContainer>
      </div>
    </Card>
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
  const key = metric === 'loss' ? 'validationLoss' : 'validationAccuracy';
  const value = (number: number) => formatMetric(number, metric, 'exact');
  const training = `${title} over ${last.step} of ${totalSteps} steps. Training: ${value(steps[0]?.[metric] ?? 0)} at first, ${value(last[metric])} now.`;
  const epoch = epochs.at(-1);
  if (epoch === undefined) return training;
  const best = epochs.find((candidate) => candidate.best) ?? epoch;
  return `${training} Validation: ${value(epoch[key])} after epoch ${epoch.epoch}; best epoch ${best.epoch} with ${value(best[key])}.`;
}
