/** The page itself, which opened every file again before it left. */
import type { ExportRow } from '../compare.ts';
import type { ExportedModel } from '../exported.ts';

export function openedAgain({ name, selfTests }: ExportedModel): Promise<readonly ExportRow[]> {
  const rows = [...selfTests].flatMap(([format, { images, files }]) =>
    files.map((file): ExportRow => ({
      model: name,
      format,
      client: `this page, ${file.name} opened again`,
      measure: 'logits',
      largest: file.largestDifference,
      sameClass: file.sameClass,
      asked: images,
      allowed: file.tolerance,
    })),
  );
  return Promise.resolve(rows);
}
