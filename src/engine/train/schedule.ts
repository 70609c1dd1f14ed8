import type { StepCut } from './epoch-progress.ts';

/**
 * Learning rate of a step, counted from 0: linear warm-up from a tenth of the peak, then
 * cosine decay towards zero (Loshchilov & Hutter 2017).
 */
export function learningRateAt(
  step: number,
  totalSteps: number,
  peak: number,
  warmupShare: number,
): number {
  const warmup = Math.round(totalSteps * warmupShare);
  if (step < warmup) return peak * (0.1 + (0.9 * step) / warmup);
  const progress = (step - warmup) / Math.max(1, totalSteps - warmup);
  return peak * 0.5 * (1 + Math.cos(Math.PI * Math.min(progress, 1)));
}

export function stepsPerEpoch(
  images: number,
  { batchSize, accumulation }: Pick<StepCut, 'batchSize' | 'accumulation'>,
): number {
  return Math.ceil(Math.ceil(images / batchSize) / accumulation);
}
