import type { ExportSource } from '../engine/export/contract.ts';
import { gathered } from '../engine/export/export-folder.ts';
import { exportSource } from '../engine/export/export-source.ts';
import type { Model } from '../engine/model.ts';

/** Where formats take their files from, with all of it in memory and the model as it was. */
export const sourceOf = (model: Model): Promise<ExportSource> =>
  exportSource(model, { keep: gathered, release: () => undefined });
