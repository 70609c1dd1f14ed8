/** Several curves over epochs in one chart: what they are, and how their lines differ. */

export interface LineStyle {
  readonly stroke: string;
  readonly dash: string;
}

export interface EpochSeries extends LineStyle {
  /** Under which the rows hold its values. */
  readonly key: string;
  readonly name: string;
  /** One of several that a bolder line sums up; not named in the legend. */
  readonly faint?: boolean;
}

/** The values of all series after one epoch, by the series' keys; a series may have none. */
export type EpochRow = Readonly<Record<string, number>> & { readonly epoch: number };

const STROKES = [1, 2, 3, 4, 5, 6].map((index) => `var(--run-${index})`);
const DASHES = ['0', '7 4', '2 3', '10 3 2 3', '4 2', '1 3'] as const;

/** Told apart by dash as well as by hue; the first 36 are all unlike. */
export function lineStyle(index: number): LineStyle {
  const hue = index % STROKES.length;
  const dash = (index + Math.floor(index / STROKES.length)) % DASHES.length;
  return { stroke: STROKES[hue] ?? '', dash: DASHES[dash] ?? '0' };
}

/** Rows from epoch 1 to the longest of the given lists of values. */
export function epochRows(values: ReadonlyMap<string, readonly number[]>): EpochRow[] {
  const longest = Math.max(0, ...[...values.values()].map((list) => list.length));
  return Array.from({ length: longest }, (_, index) => {
    const known = [...values].flatMap(([key, list]) => {
      const value = list[index];
      return value === undefined ? [] : [[key, value] as const];
    });
    return { ...Object.fromEntries(known), epoch: index + 1 };
  });
}

export function epochCsv(rows: readonly EpochRow[], series: readonly EpochSeries[]): string {
  const header = ['epoch', ...series.map(({ name }) => csvText(name))].join(',');
  const lines = rows.map((row) =>
    [row.epoch, ...series.map(({ key }) => row[key] ?? '')].join(','),
  );
  return [header, ...lines, ''].join('\n');
}

/** Text as a field of a CSV file (RFC 4180). */
export function csvText(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
