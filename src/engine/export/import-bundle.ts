/** A trained model as it was exported, opened again. */
import { ADAPTER_NAME } from '../../lib/trained-model-file.ts';
import { readZip, type ZipEntry } from '../data/zip-entries.ts';
import { EngineError } from '../errors.ts';
import { checkWeightsSize } from '../weights/weights-file.ts';
import { readAdapter } from './adapter.ts';
import type { Adapter } from './contract.ts';
import { parseRecord, type RecordedRun } from './parse-record.ts';
import { RECORD_NAME, recordHash, SPLIT_NAME, type RecordTexts } from './record-texts.ts';

export interface Bundle {
  readonly adapter: Adapter;
  /** Null where the run did not come along. */
  readonly run: RecordedRun | null;
}

/** A file that lay in the adapter's own folder. */
export interface FileBeside {
  readonly name: string;
  readonly file: Blob;
}

/** Longer than any run's; what unpacks to more was made to fill the memory. */
const LONGEST_RECORD = 256 * 2 ** 20;

/** What is there of a bundle, wherever it lies. */
interface BundleParts {
  readonly adapter: Uint8Array;
  /** A file's text; null where there is none of that name. */
  text(name: string): Promise<string | null>;
}

/**
 * adapter.safetensors, alone or with the run's own files beside it, or a zip that holds them in
 * any folder. Of a zip nothing else is unpacked.
 * @throws EngineError "bad-file" with a sentence for everything else.
 */
export async function openBundle(
  file: Blob,
  name: string,
  beside: readonly FileBeside[] = [],
): Promise<Bundle> {
  try {
    const zipped = await isZip(file);
    const parts = zipped ? await partsOfZip(file, name) : await partsOfFolder(file, name, beside);
    const adapter = await readAdapter(parts.adapter);
    return { adapter, run: await readRun(parts, adapter) };
  } catch (error) {
    if (!(error instanceof EngineError) || error.code !== 'bad-file') throw error;
    throw new EngineError('bad-file', `"${name}" could not be opened. ${error.message}`);
  }
}

async function readRun(parts: BundleParts, adapter: Adapter): Promise<RecordedRun | null> {
  if (adapter.recordHash === null) return null;
  const record = await parts.text(RECORD_NAME);
  const split = await parts.text(SPLIT_NAME);
  if (record === null || split === null) return null;
  const texts: RecordTexts = { record, split };
  if ((await recordHash(texts)) === adapter.recordHash) return parseRecord(texts, adapter);
  throw new EngineError(
    'bad-file',
    `Its ${RECORD_NAME} and ${SPLIT_NAME} no longer are what was exported with the adapter: their SHA-256 does not match.`,
  );
}

async function isZip(file: Blob): Promise<boolean> {
  const [p, k, ...rest] = new Uint8Array(await file.slice(0, 4).arrayBuffer());
  // A zip without entries starts with its end record, "PK\x05\x06".
  return p === 0x50 && k === 0x4b && (rest[0] === 3 || rest[0] === 5);
}

async function partsOfFolder(
  file: Blob,
  name: string,
  beside: readonly FileBeside[],
): Promise<BundleParts> {
  checkWeightsSize(name, file.size);
  return {
    adapter: new Uint8Array(await file.arrayBuffer()),
    text: async (wanted) => {
      const found = beside.find((other) => other.name === wanted);
      if (!found) return null;
      checkRecordSize(wanted, found.file.size);
      return found.file.text();
    },
  };
}

async function partsOfZip(file: Blob, name: string): Promise<BundleParts> {
  const entries = await readZip(file);
  const adapter = findAdapter(entries);
  checkWeightsSize(name, adapter.size);
  const folder = adapter.path.slice(0, adapter.path.length - ADAPTER_NAME.length);
  return {
    adapter: await unpacked(adapter),
    text: async (wanted) => {
      const entry = entries.find(({ path }) => path === folder + wanted);
      if (!entry) return null;
      checkRecordSize(wanted, entry.size);
      return new TextDecoder().decode(await unpacked(entry));
    },
  };
}

async function unpacked(entry: ZipEntry): Promise<Uint8Array> {
  const bytes = new Uint8Array(entry.size);
  let length = 0;
  const take = (piece: Uint8Array) => {
    bytes.set(piece, length);
    length += piece.length;
  };
  await entry.unpack(take, new AbortController().signal).catch((error: unknown) => {
    if (error instanceof EngineError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    const name = entry.path.split('/').pop() ?? '';
    throw new EngineError('bad-file', `Its ${name} is damaged (${reason}).`);
  });
  return bytes;
}

function checkRecordSize(name: string, bytes: number): void {
  if (bytes <= LONGEST_RECORD) return;
  const most = LONGEST_RECORD / 2 ** 20;
  throw new EngineError(
    'bad-file',
    `Its ${name} may have ${most} MB; it has ${Math.ceil(bytes / 2 ** 20)} MB.`,
  );
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
