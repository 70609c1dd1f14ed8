import { ADAPTER_NAME } from '../../lib/trained-model-file.ts';
import { readZip, type ZipEntry } from '../data/zip-entries.ts';
import { EngineError } from '../errors.ts';
import { checkWeightsSize } from '../weights/weights-file.ts';
import { readAdapter } from './adapter.ts';
import type { Adapter } from './contract.ts';

/**
 * A trained model as it was exported: adapter.safetensors itself, or a zip that holds it in any
 * folder. Of a zip only the adapter is unpacked.
 * @throws EngineError "bad-file" with a sentence for everything else.
 */
export async function openAdapterFile(file: Blob, name: string): Promise<Adapter> {
  try {
    const bytes = (await isZip(file)) ? await adapterOf(file, name) : await whole(file, name);
    return await readAdapter(bytes);
  } catch (error) {
    if (!(error instanceof EngineError) || error.code !== 'bad-file') throw error;
    throw new EngineError('bad-file', `"${name}" could not be opened. ${error.message}`);
  }
}

async function isZip(file: Blob): Promise<boolean> {
  const [p, k, ...rest] = new Uint8Array(await file.slice(0, 4).arrayBuffer());
  // A zip without entries starts with its end record, "PK\x05\x06".
  return p === 0x50 && k === 0x4b && (rest[0] === 3 || rest[0] === 5);
}

async function whole(file: Blob, name: string): Promise<Uint8Array> {
  checkWeightsSize(name, file.size);
  return new Uint8Array(await file.arrayBuffer());
}

async function adapterOf(file: Blob, name: string): Promise<Uint8Array> {
  const entry = findAdapter(await readZip(file));
  checkWeightsSize(name, entry.size);
  const bytes = new Uint8Array(entry.size);
  let unpacked = 0;
  const take = (piece: Uint8Array) => {
    bytes.set(piece, unpacked);
    unpacked += piece.length;
  };
  await entry.unpack(take, new AbortController().signal).catch((error: unknown) => {
    if (error instanceof EngineError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new EngineError('bad-file', `Its ${ADAPTER_NAME} is damaged (${reason}).`);
  });
  return bytes;
}

function findAdapter(entries: readonly ZipEntry[]): ZipEntry {
  // What macOS packs beside every file carries the same name.
  const found = entries.filter(
    ({ path }) => path.split('/').pop() === ADAPTER_NAME && !path.startsWith('__MACOSX/'),
  );
  const [only] = found;
  if (only && found.length === 1) return only;
  throw new EngineError(
    'bad-file',
    `The zip must hold exactly one ${ADAPTER_NAME}; it holds ${found.length}.`,
  );
}
