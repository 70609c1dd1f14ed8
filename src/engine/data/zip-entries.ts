/**
 * Lists and unpacks zip files. The central directory is read from the end of the file,
 * so nothing is guessed about where an entry stops and nothing is unpacked before the
 * archive as a whole was judged.
 */
import { BlobReader, ZipReader } from '@zip.js/zip.js/lib/zip-core-native.js';
import type { FileEntry } from '@zip.js/zip.js/lib/zip-core-native.js';
import { EngineError } from '../errors.ts';

export interface ZipEntry {
  /** As the archive has it; not to be trusted as a path. */
  readonly path: string;
  /** Unpacked size in bytes. */
  readonly size: number;
  /** Hands the unpacked bytes to `sink`, piece by piece. */
  readonly unpack: (
    sink: (piece: Uint8Array<ArrayBuffer>) => void,
    signal: AbortSignal,
  ) => Promise<void>;
}

const MOST_ENTRIES = 100_000;
/** In the usual form; the zip64 form counts further. */
const MOST_COUNTED = 65_535;
const MOST_BYTES = 64 * 2 ** 30;
/** Pictures are compressed already; what unpacks to more than this many times its size is no dataset. */
const MOST_EXPANSION = 200;
const SMALL_BYTES = 100 * 2 ** 20;

function badZip(message: string): EngineError {
  return new EngineError('bad-file', message);
}

function toEntry(entry: FileEntry): ZipEntry {
  const size = entry.uncompressedSize;
  async function unpack(
    sink: (piece: Uint8Array<ArrayBuffer>) => void,
    signal: AbortSignal,
  ): Promise<void> {
    let written = 0;
    const writable = new WritableStream<Uint8Array<ArrayBuffer>>({
      write(piece) {
        written += piece.length;
        if (written > size) throw badZip('An entry of this zip is longer than it says.');
        sink(piece);
      },
    });
    const options = { useWebWorkers: false, checkSignature: true, signal };
    await entry.getData(writable, options);
  }
  return { path: entry.filename, size, unpack };
}

async function listFiles(reader: ZipReader<Blob>): Promise<FileEntry[]> {
  const files: FileEntry[] = [];
  let listed = 0;
  const entries = reader.getEntriesGenerator({ strictness: 'tolerant' });
  for await (const entry of entries) {
    listed++;
    if (entry.directory) continue;
    files.push(entry);
    if (files.length > MOST_ENTRIES) {
      throw badZip(`A zip may hold ${MOST_ENTRIES} files; this one holds more.`);
    }
  }
  // As many as two bytes can count: some writers state that for any more, too.
  if (listed === MOST_COUNTED) {
    throw badZip(
      `This zip does not say how many files it holds beyond ${MOST_COUNTED}; pack them into several zips.`,
    );
  }
  return files;
}

function checkFiles(files: readonly FileEntry[], archiveBytes: number): void {
  if (files.some(({ encrypted }) => encrypted)) {
    throw badZip('This zip is protected by a password; unpack it first.');
  }
  const total = files.reduce((sum, file) => sum + file.uncompressedSize, 0);
  const suspicious = total > SMALL_BYTES && total > MOST_EXPANSION * archiveBytes;
  if (suspicious || total > MOST_BYTES) {
    const gigabytes = (total / 2 ** 30).toFixed(1);
    const rule = `${MOST_BYTES / 2 ** 30} GB and ${MOST_EXPANSION} times its own size`;
    throw badZip(`A zip may unpack to ${rule} at most; this one says ${gigabytes} GB.`);
  }
}

/**
 * The files in a zip, in the archive's order.
 * @throws EngineError "bad-file" where it is no zip, cut off, encrypted or unreasonably large
 */
export async function readZip(file: Blob): Promise<ZipEntry[]> {
  const reader = new ZipReader(new BlobReader(file));
  const files = await listFiles(reader).catch((error: unknown) => {
    if (error instanceof EngineError) throw error;
    throw badZip('This zip is damaged or cut off: its table of contents cannot be read.');
  });
  checkFiles(files, file.size);
  return files.map(toEntry);
}
