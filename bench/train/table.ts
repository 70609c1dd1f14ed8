/** What the speed benchmark found, as a table. */
import { quantiles } from '../../src/lib/statistics.ts';
import { markdownTable } from '../markdown.ts';

export interface Speed {
  readonly model: string;
  readonly method: string;
  readonly device: string;
  /** Images a second, one number a round. */
  readonly own: readonly number[];
  readonly stock: readonly number[];
}

/** Markdown: a row for every backbone and method, medians with the spread of the rounds. */
export function speedTable(speeds: readonly Speed[]): string {
  const heads = ['backbone', 'method', 'ours, images/s', 'stock, images/s', 'ours : stock'];
  const rows = speeds.map(({ model, method, own, stock }) => [
    model,
    method,
    withSpread(own),
    withSpread(stock),
    (median(own) / median(stock)).toFixed(1),
  ]);
  const devices = [...new Set(speeds.map(({ device }) => device))].join(', ');
  return `${devices}\n\n${markdownTable(heads, rows)}`;
}

function withSpread(values: readonly number[]): string {
  const [low = '', middle = '', high = ''] = quantiles(values, [0, 0.5, 1]).map((value) =>
    value.toFixed(value < 10 ? 2 : 1),
  );
  return `${middle} (${low} – ${high})`;
}

function median(values: readonly number[]): number {
  const [middle = Number.NaN] = quantiles(values, [0.5]);
  return middle;
}
