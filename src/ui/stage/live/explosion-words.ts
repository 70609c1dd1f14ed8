import type { StepRecord } from '../../../protocol.ts';

/** Steps that say what is usual, and the last ones, which are held against them. */
const USUAL = 20;
const LAST = 5;
const FACTOR = 10;

/**
 * That training runs away, as a sentence: the gradient norm is ten times what it was and the loss
 * is higher, both by the medians of the last steps against those before. Null where it does not.
 */
export function explosionWords(steps: readonly StepRecord[]): string | null {
  const last = steps.slice(-LAST);
  const before = steps.slice(0, -LAST);
  if (before.length < USUAL) return null;
  const norms = [last, before].map((some) => median(some.map((step) => step.gradientNorm)));
  const losses = [last, before].map((some) => median(some.map((step) => step.loss)));
  const [norm = 0, usual = 0] = norms;
  const [loss = 0, lossBefore = 0] = losses;
  if (norm < FACTOR * usual || loss <= lossBefore) return null;
  const times = Math.round(norm / usual).toLocaleString('en');
  return `The gradient norm is ${norm.toPrecision(3)}, ${times} times what was usual, and the loss has risen to ${loss.toPrecision(3)}. Stop the run and choose a smaller learning rate; the best weights so far are kept.`;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
