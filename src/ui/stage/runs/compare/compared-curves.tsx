import { useMemo } from 'react';
import type { FinishedRun } from '../../../../stores/runs.ts';
import { formatMetric } from '../../../charts/axis.ts';
import type { CurveMetric } from '../../../charts/curve-rows.ts';
import { EpochCurves } from '../../../charts/epoch-curves.tsx';
import { epochRows, lineStyle } from '../../../charts/epoch-series.ts';
import { numberedName } from '../run-names.ts';

interface ComparedCurvesProps {
  readonly metric: CurveMetric;
  readonly runs: readonly FinishedRun[];
}

/** The validation curves of several runs, one over the other. */
export function ComparedCurves({ metric, runs }: ComparedCurvesProps) {
  const key = metric === 'loss' ? 'validationLoss' : 'validationAccuracy';
  const series = runs.map((run, index) => ({
    key: keyOf(run),
    name: numberedName(run),
    ...lineStyle(index),
  }));
  const rows = useMemo(
    () =>
      epochRows(new Map(runs.map((run) => [keyOf(run), run.epochs.map((epoch) => epoch[key])]))),
    [runs, key],
  );
  return (
    <EpochCurves
      title={metric === 'loss' ? 'Validation loss' : 'Validation accuracy'}
      file={`runs-${metric}`}
      metric={metric}
      rows={rows}
      series={series}
      summary={summary(runs, metric)}
    />
  );
}

const keyOf = (run: FinishedRun) => `run${run.start.runId}`;

function summary(runs: readonly FinishedRun[], metric: CurveMetric): string {
  const ends = runs.map((run) => {
    const last = run.epochs.at(-1);
    const value = metric === 'loss' ? last?.validationLoss : last?.validationAccuracy;
    const words = value === undefined ? 'no epoch' : formatMetric(value, metric, 'exact');
    return `${numberedName(run)}: ${words} after ${run.epochs.length} epochs`;
  });
  return `Validation ${metric} by epoch. ${ends.join('; ')}.`;
}
