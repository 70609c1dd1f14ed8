import type { FinishedRun } from '../../../stores/runs.ts';
import type { CurveMetric } from '../../charts/curve-rows.ts';

/** How the lines of several runs differ: by dash as well as by hue. */
export const RUN_LINES = [
  { stroke: 'var(--run-1)', dash: '0' },
  { stroke: 'var(--run-2)', dash: '7 4' },
  { stroke: 'var(--run-3)', dash: '2 3' },
  { stroke: 'var(--run-4)', dash: '10 3 2 3' },
  { stroke: 'var(--run-5)', dash: '4 2' },
  { stroke: 'var(--run-6)', dash: '1 3' },
] as const;

export type RunLine = (typeof RUN_LINES)[number];

/** Runs compared at once. */
export const COMPARED = RUN_LINES.length;

/** One epoch of several runs: the value of run `runId` under the key "run<runId>". */
export type ComparedRow = Readonly<Record<string, number>> & { readonly epoch: number };

export function runKey(run: FinishedRun): string {
  return `run${run.start.runId}`;
}

/** Validation values by epoch, a column a run. */
export function comparedRows(runs: readonly FinishedRun[], metric: CurveMetric): ComparedRow[] {
  const key = metric === 'loss' ? 'validationLoss' : 'validationAccuracy';
  const longest = Math.max(0, ...runs.map((run) => run.epochs.length));
  return Array.from({ length: longest }, (_, index) => {
    const values = runs.flatMap((run) => {
      const epoch = run.epochs[index];
      return epoch ? [[runKey(run), epoch[key]] as const] : [];
    });
    return { ...Object.fromEntries(values), epoch: index + 1 };
  });
}

export function comparedCsv(
  runs: readonly FinishedRun[],
  names: readonly string[],
  metric: CurveMetric,
): string {
  const header = ['epoch', ...names.map((name) => `"${name.replaceAll('"', '""')}"`)].join(',');
  const lines = comparedRows(runs, metric).map((row) =>
    [row.epoch, ...runs.map((run) => row[runKey(run)] ?? '')].join(','),
  );
  return [header, ...lines, ''].join('\n');
}
