import { archive } from '../engine/export/archive.ts';
import type { ExportedPart, PartInput, StoredPart } from '../engine/export/contract.ts';

/** What an export's zip would be, made in memory. */
export async function zipOfParts(
  folder: string,
  parts: readonly ExportedPart[],
  date: Date,
): Promise<Blob> {
  return new Blob(await all(archive(folder, await storedParts(parts), date)));
}

/** An export's parts with their pieces together. */
export function storedParts(parts: readonly ExportedPart[]): Promise<StoredPart[]> {
  return Promise.all(parts.map(async (part) => ({ ...part, input: await whole(part.input) })));
}

/** A part's content in one piece. */
export async function whole(input: PartInput): Promise<string | Uint8Array<ArrayBuffer>> {
  if (typeof input === 'string' || input instanceof Uint8Array) return input;
  return joined(input);
}

export async function joined(
  pieces: AsyncIterable<Uint8Array<ArrayBuffer>>,
): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await new Blob(await all(pieces)).arrayBuffer());
}

async function all(
  pieces: AsyncIterable<Uint8Array<ArrayBuffer>>,
): Promise<Uint8Array<ArrayBuffer>[]> {
  const together: Uint8Array<ArrayBuffer>[] = [];
  for await (const piece of pieces) together.push(piece.slice());
  return together;
}
