/** Turns what was chosen or dropped into files to try as pictures; zips are unpacked on the way. */
import type { ImportItem } from '../../protocol.ts';
import type { ZipEntry } from './zip-entries.ts';
import { toFailure, EngineError } from '../errors.ts';
import { Pack } from './pack.ts';
import { isHidden, isZipPath, parentFolder, pathSegments } from './paths.ts';
import { readZip } from './zip-entries.ts';

/** Something that may be a picture. */
export interface Candidate {
  readonly kind: 'file';
  readonly path: string;
  readonly className: string | null;
  readonly file: Blob;
  /** Says that the file will not be needed any more. */
  readonly drop: () => void;
}

export interface Refusal {
  readonly kind: 'refused';
  readonly path: string;
  readonly reason: string;
}

export interface CandidateContext {
  readonly directory: FileSystemDirectoryHandle | null;
  readonly signal: AbortSignal;
  /** Hears of files that were found or that turned out not to count. */
  readonly onFound: (change: number) => void;
  readonly onUnpack: (path: string) => void;
}

/** A pack is readable only once it is full, so small packs keep the pictures coming. */
const PACK_BYTES = 16 * 2 ** 20;
const PACK_FILES = 512;
const LARGEST_ENTRY = 512 * 2 ** 20;

/** An entry under the name it is shown by. */
interface NamedEntry {
  readonly entry: ZipEntry;
  readonly path: string;
  readonly className: string | null;
}

/** Names entries relative to where the zip lies, so a zip in a folder "oak" holds oaks. */
function nameEntries(entries: readonly ZipEntry[], zip: readonly string[]): NamedEntry[] {
  const folder = zip.slice(0, -1);
  return entries.flatMap((entry) => {
    const segments = pathSegments(entry.path);
    if (segments.length === 0 || isHidden(segments)) return [];
    const className = parentFolder([...folder, ...segments]);
    return [{ entry, path: [...zip, ...segments].join('/'), className }];
  });
}

/** Why an entry is not even unpacked; null where it may be. */
function refuseEntry({ entry, path }: NamedEntry): string | null {
  if (isZipPath(path)) return 'A zip inside a zip is not opened; unpack the outer one first.';
  if (entry.size > LARGEST_ENTRY) {
    const size = Math.ceil(entry.size / 2 ** 20);
    return `A picture file may have ${LARGEST_ENTRY / 2 ** 20} MB; this one has ${size} MB.`;
  }
  return null;
}

/** Unpacks one entry into the pack; a broken entry is a refusal, a full disk is an error. */
async function unpackEntry(
  named: NamedEntry,
  pack: Pack,
  signal: AbortSignal,
): Promise<Refusal | null> {
  try {
    await named.entry.unpack((piece) => pack.append(piece), signal);
    pack.finishFile();
    return null;
  } catch (error) {
    pack.abandonFile();
    signal.throwIfAborted();
    if (error instanceof EngineError && error.code === 'storage') throw error;
    const reason = 'This entry of the zip is damaged and could not be unpacked.';
    return { kind: 'refused', path: named.path, reason };
  }
}

async function sealed(pack: Pack, names: readonly NamedEntry[]): Promise<Candidate[]> {
  const files = await pack.seal();
  return files.map(({ file, drop }, index) => {
    const { path, className } = names[index]!;
    return { kind: 'file', path, className, file, drop };
  });
}

/** Hands candidates on one by one; those nobody came for are dropped. */
function* handOut(waiting: Candidate[]): Generator<Candidate, void, undefined> {
  try {
    for (let next = waiting.shift(); next; next = waiting.shift()) yield next;
  } finally {
    for (const { drop } of waiting) drop();
  }
}

async function* unpackZip(
  entries: readonly NamedEntry[],
  { directory, signal }: CandidateContext,
): AsyncGenerator<Candidate | Refusal> {
  let open: Pack | null = null;
  let names: NamedEntry[] = [];
  try {
    for (const [index, named] of entries.entries()) {
      signal.throwIfAborted();
      const pack: Pack = (open ??= await Pack.create(directory));
      const reason = refuseEntry(named);
      const refusal: Refusal | null = reason
        ? { kind: 'refused', path: named.path, reason }
        : await unpackEntry(named, pack, signal);
      if (refusal) yield refusal;
      else names.push(named);
      const full = pack.bytes >= PACK_BYTES || names.length >= PACK_FILES;
      if (!full && index < entries.length - 1) continue;
      const files = await sealed(pack, names);
      open = null;
      names = [];
      yield* handOut(files);
    }
  } finally {
    await open?.discard();
  }
}

async function* fromZip(
  item: ImportItem,
  segments: readonly string[],
  context: CandidateContext,
): AsyncGenerator<Candidate | Refusal> {
  const path = segments.join('/');
  context.onUnpack(path);
  let entries: NamedEntry[];
  try {
    entries = nameEntries(await readZip(item.file), segments);
  } catch (error) {
    yield { kind: 'refused', path, reason: toFailure(error).message };
    return;
  }
  if (entries.length === 0) {
    yield { kind: 'refused', path, reason: 'This zip holds no files.' };
    return;
  }
  // The zip itself stops counting, its files begin to.
  context.onFound(entries.length - 1);
  yield* unpackZip(entries, context);
}

/**
 * Every file to try as a picture, in the order given. Hidden and system files are left
 * out without a word; broken and nested zips are refusals.
 * @throws EngineError "storage" where a zip does not fit on the disk
 */
export async function* candidates(
  items: readonly ImportItem[],
  context: CandidateContext,
): AsyncGenerator<Candidate | Refusal> {
  for (const item of items) {
    const segments = pathSegments(item.path);
    if (isHidden(segments)) {
      context.onFound(-1);
    } else if (isZipPath(item.path)) {
      yield* fromZip(item, segments, context);
    } else {
      const path = segments.join('/');
      const className = parentFolder(segments);
      yield { kind: 'file', path, className, file: item.file, drop: () => undefined };
    }
  }
}
