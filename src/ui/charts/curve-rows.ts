import { extremeIndices, smooth } from '../../lib/statistics.ts';
import type { EpochRecord, StepRecord } from '../../protocol.ts';

export type CurveMetric = 'loss' | 'accuracy';

/** One x position of a chart; null where a series has no point there. */
export interface CurveRow {
  readonly step: number;
  readonly raw: number | null;
  readonly smoothed: number | null;
  readonly validation: number | null;
}

/** Points drawn a line: about one a pixel of a chart's width. */
export const POINT_LIMIT = 400;
const SMOOTHING = 0.9;

/** Rows of a learning curve, by step: the training series bucketed, the validation points among them. */
export function curveRows(
  steps: readonly StepRecord[],
  epochs: readonly EpochRecord[],
  metric: CurveMetric,
  limit = POINT_LIMIT,
): CurveRow[] {
  const values = steps.map((record) => record[metric]);
  const smoothed = smooth(values, SMOOTHING);
  const rows = new Map<number, CurveRow>();
  for (const index of extremeIndices(values, limit)) {
    const step = steps[index]?.step ?? 0;
    rows.set(step, {
      step,
      raw: values[index] ?? null,
      smoothed: smoothed[index] ?? null,
      validation: null,
    });
  }
  const key = metric === 'loss' ? 'validationLoss' : 'validationAccuracy';
  for (const epoch of epochs) {
    const row = rows.get(epoch.step) ?? { step: epoch.step, raw: null, smoothed: null };
    rows.set(epoch.step, { ...row, validation: epoch[key] });
  }
  return [...rows.values()].sort((a, b) => a.step - b.step);
}

/** Every recorded value, not only those drawn. */
export function curveCsv(
  steps: readonly StepRecord[],
  epochs: readonly EpochRecord[],
  metric: CurveMetric,
): string {
  const key = metric === 'loss' ? 'validationLoss' : 'validationAccuracy';
  const validation = new Map(epochs.map((epoch) => [epoch.step, epoch[key]]));
  const lines = steps.map(
    (record) => `${record.step},${record[metric]},${validation.get(record.step) ?? ''}`,
  );
  return [`step,train_${metric},validation_${metric}`, ...lines, ''].join('\n');
}
