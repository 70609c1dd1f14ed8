import { markdownTable } from '../markdown.ts';
import { isFarOff, type ExportRow } from './compare.ts';

const HEADS = ['format', 'program', 'largest difference', 'allowed', 'same class'];

/** Markdown: a heading and a table for every model, in the order of the rows. */
export function exportTables(rows: readonly ExportRow[]): string {
  const models = [...new Set(rows.map(({ model }) => model))];
  return models
    .map((model) => {
      const cells = rows.filter((row) => row.model === model).map(cellsOf);
      return `#### ${model}\n\n${markdownTable(HEADS, cells)}`;
    })
    .join('\n\n');
}

function cellsOf(row: ExportRow): string[] {
  const { format, client, largest, measure, sameClass, asked, allowed } = row;
  const difference = Number.isNaN(largest) ? 'no answer' : largest.toPrecision(2);
  const unit = measure === 'logits' ? '' : ` ${measure}`;
  return [
    format,
    client,
    `${difference}${unit}${isFarOff(row) ? ', too far' : ''}`,
    allowed === null ? '' : String(allowed),
    sameClass === null ? `${asked} steps` : `${sameClass} of ${asked}`,
  ];
}
