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
import { Card } from '../components/card.tsx';
import { AXIS, MARGIN, SHARE_TICKS, axisLabel, formatMetric, lossTicks } from './axis.ts';
import { ChartDownloads } from './chart-downloads.tsx';
import { LineSample } from './curve-legend.tsx';
import type { CurveMetric } from './curve-rows.ts';
import { epochCsv, type EpochRow, type EpochSeries } from './epoch-series.ts';
import styles from './chart.module.css';

interface EpochCurvesProps {
  readonly title: string;
  /** Names the files a person downloads. */
  readonly file: string;
  readonly metric: CurveMetric;
  readonly rows: readonly EpochRow[];
  readonly series: readonly EpochSeries[];
  /** The chart in words. */
  readonly summary: string;
}

/** Several curves over epochs, one over the other; faint ones lie under the bold. */
export function EpochCurves({ title, file, metric, rows, series, summary }: EpochCurvesProps) {
  const figure = useRef<HTMLDivElement>(null);
  const bold = series.filter(({ faint }) => !faint);
  const ticks = useMemo(
    () =>
      metric === 'accuracy'
        ? SHARE_TICKS
        : lossTicks(rows.flatMap(({ epoch: _, ...values }) => Object.values(values))),
    [metric, rows],
  );
  return (
    <Card
      title={title}
      actions={<ChartDownloads name={file} figure={figure} csv={() => epochCsv(rows, series)} />}
    >
      <ul className={styles.legend}>
        {bold.map(({ key, name, stroke, dash }) => (
          <li key={key}>
            <LineSample stroke={stroke} dash={dash} />
            {name}
          </li>
        ))}
      </ul>
      <div ref={figure} className={styles.plot} role="img" aria-label={summary}>
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
                  series={bold}
                  metric={metric}
                />
              )}
            />
            {[...series].sort(faintFirst).map(({ key, stroke, dash, faint = false }) => (
              <Line
                key={key}
                type="linear"
                dataKey={key}
                stroke={stroke}
                strokeDasharray={dash}
                strokeWidth={faint ? 1 : 2.5}
                strokeOpacity={faint ? 0.4 : 1}
                activeDot={!faint}
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

const faintFirst = (a: EpochSeries, b: EpochSeries) =>
  Number(b.faint ?? false) - Number(a.faint ?? false);

interface ReadoutProps {
  readonly row: EpochRow | undefined;
  readonly series: readonly EpochSeries[];
  readonly metric: CurveMetric;
}

function Readout({ row, series, metric }: ReadoutProps) {
  if (row === undefined) return null;
  return (
    <dl className={styles.readout}>
      <dt>epoch</dt>
      <dd>{row.epoch}</dd>
      {series.map(({ key, name }) => {
        const value = row[key];
        return (
          value !== undefined && (
            <div key={key}>
              <dt>{name}</dt>
              <dd>{formatMetric(value, metric, 'exact')}</dd>
            </div>
          )
        );
      })}
    </dl>
  );
}
