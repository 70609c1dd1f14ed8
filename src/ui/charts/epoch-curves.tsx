import { Line, Tooltip, XAxis } from 'recharts';
import { AXIS, READOUT, axisLabel, formatMetric } from './axis.ts';
import { CurveFigure } from './curve-figure.tsx';
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
  const bold = series.filter(({ faint }) => !faint);
  return (
    <CurveFigure
      title={title}
      file={file}
      metric={metric}
      rows={rows}
      valuesOf={valuesOf}
      csv={() => epochCsv(rows, series)}
      summary={summary}
      legend={<Legend series={bold} />}
    >
      <XAxis
        {...AXIS}
        dataKey="epoch"
        type="number"
        domain={[1, 'dataMax']}
        allowDecimals={false}
        label={axisLabel('epoch')}
      />
      <Tooltip
        {...READOUT}
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
    </CurveFigure>
  );
}

const valuesOf = ({ epoch: _, ...values }: EpochRow) => Object.values(values);

function Legend({ series }: { readonly series: readonly EpochSeries[] }) {
  return (
    <ul className={styles.legend}>
      {series.map(({ key, name, stroke, dash }) => (
        <li key={key}>
          <LineSample stroke={stroke} dash={dash} />
          {name}
        </li>
      ))}
    </ul>
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
