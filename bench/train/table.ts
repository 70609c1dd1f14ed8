/** What the speed benchmark found, as a table. */
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
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [devices, '', line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n');
}

function withSpread(values: readonly number[]): string {
  const digits = (value: number): string => value.toFixed(value < 10 ? 2 : 1);
  const [low, high] = [Math.min(...values), Math.max(...values)].map(digits);
  return `${digits(median(values))} (${low} – ${high})`;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
}
