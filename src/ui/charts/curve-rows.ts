import { extremeIndices, smooth } from '../../lib/statistics.ts';
import type { EpochRecord, StepRecord } from '../../protocol.ts';

export type CurveMetric = 'loss' | 'accuracy' | 'gradientNorm';

/** What of an epoch stands beside it; nothing beside the gradient norm. */
const VALIDATION = {
  loss: 'validationLoss',
  accuracy: 'validationAccuracy',
  gradientNorm: null,
} as const;

/** What the validation images said at the end of an epoch; null where they say nothing of it. */
export function validationOf(epoch: EpochRecord, metric: CurveMetric): number | null {
  const key = VALIDATION[metric];
  return key === null ? null : epoch[key];
}

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
  for (const epoch of epochs) {
    const validation = validationOf(epoch, metric);
    if (validation === null) continue;
    const row = rows.get(epoch.step) ?? { step: epoch.step, raw: null, smoothed: null };
    rows.set(epoch.step, { ...row, validation });
  }
  return [...rows.values()].sort((a, b) => a.step - b.step);
}

/** Every recorded value, not only those drawn. */
export function curveCsv(
  steps: readonly StepRecord[],
  epochs: readonly EpochRecord[],
  metric: CurveMetric,
): string {
  if (metric === 'gradientNorm') {
    const norms = steps.map(({ step, gradientNorm }) => `${step},${gradientNorm}`);
    return ['step,gradient_norm', ...norms, ''].join('\n');
  }
  const validation = new Map(epochs.map((epoch) => [epoch.step, validationOf(epoch, metric)]));
  const lines = steps.map(
    (record) => `${record.step},${record[metric]},${validation.get(record.step) ?? ''}`,
  );
  return [`step,train_${metric},validation_${metric}`, ...lines, ''].join('\n');
}
