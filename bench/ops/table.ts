import { quantiles } from '../../src/lib/statistics.ts';
import type { OpMeasured } from '../../src/protocol.ts';
import { markdownTable } from '../markdown.ts';

/** Markdown: a row for every op, medians of all rounds in milliseconds. */
export function opsTable(own: readonly OpMeasured[], stock: readonly OpMeasured[]): string {
  const names = [...new Set(own.map(({ name }) => name))];
  const rows = names.map((name) => {
    const [ours, theirs] = [medianOf(own, name), medianOf(stock, name)];
    const shape = own.find((each) => each.name === name)?.shape ?? '';
    return [name, shape, ours.toFixed(3), theirs.toFixed(3), (theirs / ours).toFixed(1)];
  });
  return markdownTable(['op', 'shape', 'ours, ms', 'stock, ms', 'stock : ours'], rows);
}

function medianOf(measured: readonly OpMeasured[], name: string): number {
  const all = measured.filter((each) => each.name === name).flatMap((each) => each.milliseconds);
  const [middle = Number.NaN] = quantiles(all, [0.5]);
  return middle;
}
