import type { Rng } from '../../../../lib/rng.ts';

/** A number drawn evenly from [low, high). */
export function between(rng: Rng, low: number, high: number): number {
  return low + (high - low) * rng.uniform();
}

/** True with the given probability. */
export function chance(rng: Rng, probability: number): boolean {
  return rng.uniform() < probability;
}

/** One of the items, all equally likely; fails on an empty list. */
export function pick<T>(rng: Rng, items: readonly T[]): T {
  const item = items[rng.integer(items.length)];
  if (item === undefined) throw new RangeError('pick needs at least one item');
  return item;
}

/** Cubic step from 0 at `low` to 1 at `high`; falls where low > high. */
export function smoothstep(low: number, high: number, x: number): number {
  const t = Math.min(1, Math.max(0, (x - low) / (high - low)));
  return t * t * (3 - 2 * t);
}

/** The number a share of the way from a to b. */
export function mix(a: number, b: number, share: number): number {
  return a + (b - a) * share;
}
