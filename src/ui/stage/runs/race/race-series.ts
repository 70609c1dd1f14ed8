import type { RaceEntry, RaceRow } from '../../../../stores/race.ts';
import type { FinishedRun } from '../../../../stores/runs.ts';
import {
  epochRows,
  lineStyle,
  type EpochRow,
  type EpochSeries,
} from '../../../charts/epoch-series.ts';

export interface RaceCurveData {
  readonly rows: readonly EpochRow[];
  readonly series: readonly EpochSeries[];
}

/**
 * Validation accuracy by epoch: the mean of each method over its runs that ended, and those runs
 * one by one. A mean goes as far as the shortest of its runs, so that every point is of all of them.
 */
export function raceSeries(
  raceRows: readonly RaceRow[],
  entries: readonly RaceEntry[],
  finished: readonly FinishedRun[],
): RaceCurveData {
  const values = new Map<string, readonly number[]>();
  const series = raceRows.flatMap(({ method, label }, index): EpochSeries[] => {
    const runs = entries
      .filter((entry) => entry.method === method)
      .flatMap(({ runId, seed }) => {
        const run = finished.find(({ start }) => start.runId === runId);
        return run ? [{ seed, key: `run${run.start.runId}`, curve: accuracies(run) }] : [];
      });
    if (runs.length === 0) return [];
    const style = lineStyle(index);
    const mean: EpochSeries = { key: `mean${index}`, name: label, ...style };
    values.set(mean.key, meanCurve(runs.map(({ curve }) => curve)));
    if (runs.length === 1) return [mean];
    for (const { key, curve } of runs) values.set(key, curve);
    const single = runs.map(({ key, seed }) => ({
      key,
      name: `${label}, seed ${seed}`,
      ...style,
      faint: true,
    }));
    return [mean, ...single];
  });
  return { rows: epochRows(values), series };
}

function accuracies({ epochs }: FinishedRun): number[] {
  return epochs.map(({ validationAccuracy }) => validationAccuracy);
}

function meanCurve(curves: readonly (readonly number[])[]): number[] {
  const length = Math.min(...curves.map((curve) => curve.length));
  return Array.from(
    { length },
    (_, index) => curves.reduce((sum, curve) => sum + (curve[index] ?? 0), 0) / curves.length,
  );
}
