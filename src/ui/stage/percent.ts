import type { Interval } from '../../lib/statistics.ts';

/** A share as whole per cents: "86 %". */
export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** A share with one decimal, for numbers that are compared. */
export function precisePercent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** An interval in words; one number where both ends round to the same. */
export function intervalWords({ low, high }: Interval): string {
  const [from, to] = [Math.round(low * 100), Math.round(high * 100)];
  return from === to ? `about ${from} %` : `between ${from} and ${to} %`;
}
