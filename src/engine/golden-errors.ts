/** How far our numbers are from a reference's. */
import type { StateDict } from '../lib/safetensors.ts';

/** Whether an element of a tensor is compared. */
type Counts = (name: string, index: number) => boolean;

/** Less than this share of the largest is rounding. */
const ROUNDING = 1e-6;

/**
 * Elements whose gradient is more than rounding. Some are zero by construction (a bias on
 * attention keys moves every score of a query alike, which softmax does not feel; a bias on a token
 * moves all its channels alike, which layer norms do not feel), and Adam turns their rounding noise
 * into steps of full size, another on every machine.
 */
export function hasGradient(gradients: StateDict): Counts {
  const largest = new Map([...gradients].map(([name, { data }]) => [name, largestOf(data)]));
  const overall = Math.max(...largest.values());
  return (name, index) => {
    const own = largest.get(name) ?? 0;
    if (own <= ROUNDING * overall) return false;
    return Math.abs(gradients.get(name)?.data[index] ?? 0) > ROUNDING * own;
  };
}

/**
 * Largest ‖a − b‖ / ‖b‖ over the reference's tensors b; infinite where ours have other names. A
 * tensor that is rounding beside the others is measured by the largest of them.
 */
export function relativeError(
  ours: StateDict,
  reference: StateDict,
  counts: Counts = () => true,
): number {
  if (ours.size !== reference.size) return Infinity;
  const errors: { readonly difference: number; readonly norm: number }[] = [];
  for (const [name, { data }] of reference) {
    const mine = ours.get(name)?.data;
    if (!mine) return Infinity;
    let difference = 0;
    let norm = 0;
    data.forEach((value, i) => {
      if (!counts(name, i)) return;
      difference += (value - (mine[i] ?? Number.NaN)) ** 2;
      norm += value ** 2;
    });
    errors.push({ difference: Math.sqrt(difference), norm: Math.sqrt(norm) });
  }
  const most = Math.max(...errors.map(({ norm }) => norm));
  const relative = errors.map(
    ({ difference, norm }) => difference / (norm > ROUNDING * most ? norm : most),
  );
  return Math.max(...relative);
}

/** Infinite where the lengths differ, NaN where a number is. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs((a[i] ?? Number.NaN) - (b[i] ?? Number.NaN));
    if (!(difference <= largest)) largest = difference;
  }
  return largest;
}

function largestOf(data: Float32Array): number {
  return data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
