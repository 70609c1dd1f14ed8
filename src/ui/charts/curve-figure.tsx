import { useMemo, useRef, type ReactNode } from 'react';
import { CartesianGrid, LineChart, ResponsiveContainer, YAxis } from 'recharts';
import { Card } from '../components/card.tsx';
import { AXIS, MARGIN, SHARE_TICKS, formatMetric, lossTicks } from './axis.ts';
import { ChartDownloads } from './chart-downloads.tsx';
import type { CurveMetric } from './curve-rows.ts';
import styles from './chart.module.css';

interface CurveFigureProps<Row> {
  readonly title: string;
  /** Names the files a person downloads. */
  readonly file: string;
  readonly metric: CurveMetric;
  readonly rows: readonly Row[];
  /** What of a row the axis must hold; the same function every time. */
  readonly valuesOf: (row: Row) => readonly (number | null | undefined)[];
  readonly csv: () => string;
  /** The chart in words. */
  readonly summary: string;
  readonly legend: ReactNode;
  /** The axis along the bottom, the readout and the lines. */
  readonly children: ReactNode;
}

/** What every chart of loss or accuracy has: title, downloads, legend, grid, and the axis of its metric. */
export function CurveFigure<Row>(props: CurveFigureProps<Row>) {
  const { title, file, metric, rows, valuesOf, csv, summary, legend, children } = props;
  const figure = useRef<HTMLDivElement>(null);
  const ticks = useMemo(
    () => (metric === 'accuracy' ? SHARE_TICKS : lossTicks(rows.flatMap(valuesOf))),
    [metric, rows, valuesOf],
  );
  return (
    <Card
      title={title}
      actions={<ChartDownloads title={title} file={file} figure={figure} csv={csv} />}
    >
      {legend}
      <div ref={figure} className={styles.plot} role="img" aria-label={summary}>
        <ResponsiveContainer width="100%" height={240} debounce={60}>
          <LineChart data={rows} margin={MARGIN} accessibilityLayer={false}>
            <CartesianGrid stroke="var(--grid-line)" vertical={false} />
            <YAxis
              {...AXIS}
              width={52}
              domain={[0, ticks.at(-1) ?? 1]}
              ticks={ticks}
              tickFormatter={(value: number) => formatMetric(value, metric, 'axis')}
            />
            {children}
          </LineChart>
        </ResponsiveContainer>
      </div>
    </Card>
  );
}
