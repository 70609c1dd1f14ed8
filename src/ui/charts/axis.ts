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

export const MARGIN = { top: 8, right: 12, bottom: 4, left: -4 } as const;

/** Round positions from 0 to `total`, at most six. */
export function stepTicks(total: number): number[] {
  const least = Math.max(1, total / 5);
  const power = 10 ** Math.floor(Math.log10(least));
  const size = [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= least) ?? least;
  const count = Math.floor(total / size);
  return Array.from({ length: count + 1 }, (_, i) => i * size);
}

export function formatMetric(
  value: number,
  metric: CurveMetric,
  precision: 'axis' | 'exact',
): string {
  if (metric === 'accuracy') return `${(value * 100).toFixed(precision === 'axis' ? 0 : 1)} %`;
  return precision === 'axis' ? String(Number(value.toPrecision(3))) : value.toPrecision(4);
}
