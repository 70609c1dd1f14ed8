/**
 * A whole project as one zip, written and read piece by piece: pictures and tensors as they lie in
 * its folder, and JSON for everything else.
 */
import {
  BlobReader,
  BlobWriter,
  TextWriter,
  ZipReader,
  ZipWriter,
} from '@zip.js/zip.js/lib/zip-core-native.js';
import type { FileEntry } from '@zip.js/zip.js/lib/zip-core-native.js';
import { asObject } from '../lib/json-fields.ts';
import { packJson, unpackJson } from './packed-json.ts';
import { parseContents, ProjectFileError } from './parse-contents.ts';
import { filesOf, removeFiles, writeFile, type FileKind } from './project-files.ts';
import { manifestOf, parseManifest, type Manifest } from './project-format.ts';
import type { ProjectIndex } from './project-index.ts';
import { withoutUnfinished, type ProjectContents, type ProjectInfo } from './records.ts';

export interface MovingHooks {
  readonly onProgress: (progress: MovingProgress) => void;
  readonly signal: AbortSignal;
}

interface MovingProgress {
  readonly done: number;
  /** 0 where it is not known. */
  readonly total: number;
  readonly unit: 'bytes';
  readonly note: string;
}

interface Part {
  readonly name: string;
  readonly input: Blob | string;
}

const MANIFEST = 'project.json';
const DAMAGED = 'A project file is a zip; this one is damaged, cut off, or none.';
const PACKED_ANEW =
  'The parts of a project file lie in it uncompressed, one after the other; in this one they do not. Open the file as it was saved.';
const EXPORTS = 'exports';
const PLAIN = { useWebWorkers: false, checkSignature: true };

/** Writes the project to a file of the private file system, to be taken from there. */
export async function packProject(
  index: ProjectIndex,
  info: ProjectInfo,
  { onProgress, signal }: MovingHooks,
): Promise<File> {
  const contents = withoutUnfinished(await index.load(info.id));
  const root = await navigator.storage.getDirectory();
  // The one before has been taken by now.
  await root.removeEntry(EXPORTS, { recursive: true }).catch(() => undefined);
  const folder = await root.getDirectoryHandle(EXPORTS, { create: true });
  const handle = await folder.getFileHandle(`${crypto.randomUUID()}.zip`, { create: true });
  const writable = await handle.createWritable();
  try {
    signal.throwIfAborted();
    // Unlike smaller writers, this one tells of more than 65,535 parts how many they are.
    const zip = new ZipWriter(writable, { level: 0, useWebWorkers: false, preventClose: true });
    let done = 0;
    for await (const { name, input } of partsOf(info, contents)) {
      const bytes = typeof input === 'string' ? new Blob([input]) : input;
      await zip.add(name, new BlobReader(bytes), { signal });
      done += bytes.size;
      onProgress({ done, total: 0, unit: 'bytes', note: info.name });
    }
    await zip.close();
    await writable.close();
  } catch (error) {
    await writable.abort(error).catch(() => undefined);
    throw error;
  }
  const name = `${info.name.replaceAll(/[\\/:*?"<>|]/g, '_')}.san-project.zip`;
  return new File([await handle.getFile()], name, { type: 'application/zip' });
}

async function* partsOf(info: ProjectInfo, contents: ProjectContents): AsyncGenerator<Part> {
  let count = 0;
  let waiting: Part[] = [];
  const put = (input: Blob) => {
    const name = `parts/${count++}`;
    waiting.push({ name, input });
    return name;
  };
  const taken = () => {
    const parts = waiting;
    waiting = [];
    return parts;
  };
  const runs = contents.runs.map(({ start }) => `run-${start.runId}.json`);
  const { dataset, settings, images, backbones } = contents;
  const manifest = manifestOf(info.name, runs, { dataset, settings, images, backbones });
  yield { name: MANIFEST, input: packJson(manifest, put) };
  yield* taken();
  for (const [place, run] of contents.runs.entries()) {
    yield { name: runs[place]!, input: packJson(run, put) };
    yield* taken();
  }
  for await (const { kind, name, file } of filesOf(info.id)) {
    yield { name: `${kind}/${name}`, input: file };
  }
}

/**
 * Makes a project of a file that `packProject` wrote. It is one once all of it is written; where
 * that fails, nothing of it stays.
 * @throws ProjectFileError where it is no such file
 */
export async function unpackProject(
  index: ProjectIndex,
  info: ProjectInfo,
  file: Blob,
  hooks: MovingHooks,
): Promise<void> {
  try {
    const entries = await entriesOf(file);
    const manifest = await manifestIn(entries);
    const runs = await Promise.all(manifest.runs.map((name) => jsonIn(entries, name)));
    const contents = parseContents({ ...asObject(manifest.contents), runs });
    await writeFiles(entries, info.id, file.size, hooks);
    await index.add({ ...info, name: manifest.name }, withoutUnfinished(contents));
  } catch (error) {
    await removeFiles(info.id);
    // The disk's own failures are no fault of the file.
    if (error instanceof ProjectFileError || error instanceof DOMException) throw error;
    throw new ProjectFileError(DAMAGED);
  }
}

/** What has not been taken out of the file by now. */
type Entries = Map<string, FileEntry>;

/** All of a file's entries, which hold no more than the file does. */
async function entriesOf(file: Blob): Promise<Entries> {
  const reader = new ZipReader(new BlobReader(file));
  const all = await reader.getEntries().catch(() => {
    throw new ProjectFileError(DAMAGED);
  });
  const entries = all.flatMap((entry) => (entry.directory ? [] : [entry]));
  const total = entries.reduce((sum, { compressedSize }) => sum + compressedSize, 0);
  if (total > file.size || !entries.every(isStored)) throw new ProjectFileError(PACKED_ANEW);
  return new Map(entries.map((entry) => [entry.filename, entry]));
}

function isStored({ compressionMethod, compressedSize, uncompressedSize }: FileEntry): boolean {
  return compressionMethod === 0 && compressedSize === uncompressedSize;
}

async function manifestIn(entries: Entries): Promise<Manifest> {
  return parseManifest(entries.has(MANIFEST) ? await jsonIn(entries, MANIFEST) : null);
}

async function jsonIn(entries: Entries, name: string): Promise<unknown> {
  const text = await take(entries, name).getData(new TextWriter(), PLAIN);
  return unpackJson(text, (part) => take(entries, part).getData(new BlobWriter(), PLAIN));
}

/** Once each: one that is named again and again would fill the memory. */
function take(entries: Entries, name: string): FileEntry {
  const entry = entries.get(name);
  if (!entry) throw new ProjectFileError(`This project file lacks “${name}”, or names it twice.`);
  entries.delete(name);
  return entry;
}

async function writeFiles(
  entries: Entries,
  project: string,
  total: number,
  { onProgress, signal }: MovingHooks,
): Promise<void> {
  let done = 0;
  for (const [path, entry] of entries) {
    const [kind, name] = path.split('/');
    if (!isKind(kind) || name === undefined) continue;
    signal.throwIfAborted();
    await extract(entry, signal, (bytes) => writeFile(project, kind, name, bytes));
    done += entry.uncompressedSize;
    onProgress({ done, total, unit: 'bytes', note: name });
  }
}

/** Hands an entry's bytes to `write`. Both have ended when it does, so that no file is left open. */
async function extract(
  entry: FileEntry,
  signal: AbortSignal,
  write: (bytes: ReadableStream<Uint8Array<ArrayBuffer>>) => Promise<void>,
): Promise<void> {
  const { readable, writable } = new TransformStream<
    Uint8Array<ArrayBuffer>,
    Uint8Array<ArrayBuffer>
  >();
  // Each would wait for the other for good if that one gave up and did not say so.
  const given = entry.getData(writable, { ...PLAIN, signal }).catch(async (error: unknown) => {
    await writable.abort(error).catch(() => undefined);
    throw error;
  });
  const written = write(readable).catch(async (error: unknown) => {
    await readable.cancel(error).catch(() => undefined);
    throw error;
  });
  const ends = await Promise.allSettled([written, given]);
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}

function isKind(value: string | undefined): value is FileKind {
  return value === 'images' || value === 'runs';
}
