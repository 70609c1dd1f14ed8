import { useMemo, useRef } from 'react';
import {
  CartesianGrid,
  Line,
  LineChart,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import type { FinishedRun } from '../../../stores/runs.ts';
import {
  AXIS,
  MARGIN,
  SHARE_TICKS,
  axisLabel,
  formatMetric,
  lossTicks,
} from '../../charts/axis.ts';
import { ChartDownloads } from '../../charts/chart-downloads.tsx';
import chart from '../../charts/chart.module.css';
import { LineSample } from '../../charts/curve-legend.tsx';
import type { CurveMetric } from '../../charts/curve-rows.ts';
import { Card } from '../../components/card.tsx';
import { useCatalog } from '../../studio-context.ts';
import { comparedCsv, comparedRows, RUN_LINES, runKey } from './run-lines.ts';
import { runName } from './run-names.ts';

interface ComparedCurvesProps {
  readonly metric: CurveMetric;
  readonly runs: readonly FinishedRun[];
}

/** The validation curves of several runs, one over the other. */
export function ComparedCurves({ metric, runs }: ComparedCurvesProps) {
  const figure = useRef<HTMLDivElement>(null);
  const methods = useCatalog((state) => state.methods);
  const names = runs.map((run) => runName(run, methods));
  const rows = useMemo(() => comparedRows(runs, metric), [runs, metric]);
  const percent = metric === 'accuracy';
  const ticks = useMemo(
    () =>
      percent
        ? SHARE_TICKS
        : lossTicks(rows.flatMap(({ epoch: _, ...values }) => Object.values(values))),
    [percent, rows],
  );
  return (
    <Card
      title={percent ? 'Validation accuracy' : 'Validation loss'}
      actions={
        <ChartDownloads
          name={`runs-${metric}`}
          figure={figure}
          csv={() => comparedCsv(runs, names, metric)}
        />
      }
    >
      <ul className={chart.legend}>
        {names.map((name, index) => (
          <li key={name}>
            <LineSample stroke={RUN_LINES[index]?.stroke ?? ''} dash={RUN_LINES[index]?.dash} />
            {name}
          </li>
        ))}
      </ul>
      <div ref={figure} className={chart.plot} role="img" aria-label={summary(runs, names, metric)}>
        <ResponsiveContainer width="100%" height={240} debounce={60}>
          <LineChart data={rows} margin={MARGIN} accessibilityLayer={false}>
            <CartesianGrid stroke="var(--grid-line)" vertical={false} />
            <XAxis
              {...AXIS}
              dataKey="epoch"
              type="number"
              domain={[1, 'dataMax']}
              allowDecimals={false}
              label={axisLabel('epoch')}
            />
            <YAxis
              {...AXIS}
              width={52}
              domain={[0, ticks.at(-1) ?? 1]}
              ticks={ticks}
              tickFormatter={(value: number) => formatMetric(value, metric, 'axis')}
            />
            <Tooltip
              isAnimationActive={false}
              cursor={{ stroke: 'var(--line-strong)' }}
              content={({ active, label }) => (
                <Readout
                  row={active ? rows.find((row) => row.epoch === label) : undefined}
                  runs={runs}
                  names={names}
                  metric={metric}
                />
              )}
            />
            {runs.map((run, index) => (
              <Line
                key={runKey(run)}
                type="linear"
                dataKey={runKey(run)}
                stroke={RUN_LINES[index]?.stroke}
                strokeDasharray={RUN_LINES[index]?.dash}
                strokeWidth={2}
                dot={rows.length < 2}
                isAnimationActive={false}
              />
            ))}
          </LineChart>
        </ResponsiveContainer>
      </div>
    </Card>
  );
}

interface ReadoutProps extends ComparedCurvesProps {
  readonly row: ReturnType<typeof comparedRows>[number] | undefined;
  readonly names: readonly string[];
}

function Readout({ row, runs, names, metric }: ReadoutProps) {
  if (row === undefined) return null;
  return (
    <dl className={chart.readout}>
      <dt>epoch</dt>
      <dd>{row.epoch}</dd>
      {runs.map((run, index) => {
        const value = row[runKey(run)];
        return (
          value !== undefined && (
            <div key={runKey(run)}>
              <dt>{names[index]}</dt>
              <dd>{formatMetric(value, metric, 'exact')}</dd>
            </div>
          )
        );
      })}
    </dl>
  );
}

function summary(
  runs: readonly FinishedRun[],
  names: readonly string[],
  metric: CurveMetric,
): string {
  const ends = runs.map((run, index) => {
    const last = run.epochs.at(-1);
    const value = metric === 'loss' ? last?.validationLoss : last?.validationAccuracy;
    const words = value === undefined ? 'no epoch' : formatMetric(value, metric, 'exact');
    return `${names[index]}: ${words} after ${run.epochs.length} epochs`;
  });
  return `Validation ${metric} by epoch. ${ends.join('; ')}.`;
}
