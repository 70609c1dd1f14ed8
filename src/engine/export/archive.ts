import { makeZip } from 'client-zip';
import type { ModelFacts, StoredPart } from './contract.ts';

/** The files in one folder, zipped, piece by piece. */
export async function* archive(
  folder: string,
  parts: readonly StoredPart[],
  date: Date,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const inFolder = parts.map(({ name, input }) => ({
    name: `${folder}/${name}`,
    input: input instanceof Blob ? input.stream() : input,
    lastModified: date,
  }));
  const reader = makeZip(inFolder).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield Uint8Array.from(value);
  }
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
