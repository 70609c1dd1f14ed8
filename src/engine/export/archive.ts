import { downloadZip } from 'client-zip';
import type { ExportedPart, ModelFacts } from './contract.ts';

/** The files in one folder, zipped. */
export function archive(folder: string, parts: readonly ExportedPart[], date: Date): Promise<Blob> {
  const inFolder = parts.map(({ name, input }) => ({
    name: `${folder}/${name}`,
    input,
    lastModified: date,
  }));
  return downloadZip(inFolder).blob();
}

/** e.g. "vit_tiny6_patch16_128-san-2026-11-24"; a format other than the first ends it. */
export function folderName(facts: ModelFacts, date: Date, format?: string): string {
  const backbone =
    facts.backbone.name
      .replace(/\.safetensors$/i, '')
      .split('/')
      .pop() ?? '';
  const parts = [backbone, facts.method, date.toISOString().slice(0, 10), format ?? []].flat();
  return parts.map((part) => part.replace(/[^\w.-]+/g, '-').replace(/^[.-]+/, '')).join('-');
}
