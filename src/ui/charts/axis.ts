import type { CurveMetric } from './curve-rows.ts';

/** What all axes share. */
export const AXIS = {
  stroke: 'var(--line-strong)',
  tick: { fill: 'var(--text-muted)', fontSize: 13 },
  tickLine: false,
  axisLine: { stroke: 'var(--line)' },
  minTickGap: 24,
  isAnimationActive: false,
} as const;

/** What all readouts under the pointer share. */
export const READOUT = {
  isAnimationActive: false,
  cursor: { stroke: 'var(--line-strong)' },
} as const;

export const MARGIN = { top: 8, right: 12, bottom: 10, left: -4 } as const;

/** The unit under the right end of the x axis. */
export function axisLabel(value: string) {
  return {
    value,
    position: 'insideBottomRight',
    offset: -8,
    fill: 'var(--text-muted)',
    fontSize: 13,
  } as const;
}

/** Round positions from 0 to at most `total`, about five; `least` is the smallest distance. */
export function roundTicks(total: number, least = 0): number[] {
  const size = roundSize(Math.max(least, total / 5));
  const count = Math.floor(total / size + 1e-9);
  return Array.from({ length: count + 1 }, (_, i) => Number((i * size).toPrecision(6)));
}

/** Ticks of a loss axis that hold every value of the rows. */
export function lossTicks(values: readonly (number | null | undefined)[]): number[] {
  const finite = values.filter((value) => value !== null && value !== undefined);
  const highest = finite.reduce((high, value) => Math.max(high, value), 0);
  const size = roundSize((highest || 1) / 4);
  const count = Math.ceil(highest / size - 1e-9) || 1;
  return Array.from({ length: count + 1 }, (_, i) => Number((i * size).toPrecision(6)));
}

export const SHARE_TICKS = [0, 0.25, 0.5, 0.75, 1];

/** The 1, 2 or 5 times a power of ten at or above `least`. */
function roundSize(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return [1, 2, 5].map((factor) => factor * power).find((size) => size >= least) ?? 10 * power;
}

export function formatMetric(
  value: number,
  metric: CurveMetric,
  precision: 'axis' | 'exact',
): string {
  if (metric === 'accuracy') return `${(value * 100).toFixed(precision === 'axis' ? 0 : 1)} %`;
  return precision === 'axis' ? String(Number(value.toPrecision(3))) : value.toPrecision(4);
}
