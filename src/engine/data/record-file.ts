import { EngineError } from '../errors.ts';

/** A file that is read and written in place; what `FileSystemSyncAccessHandle` is. */
export interface RecordFile {
  read(buffer: Uint8Array<ArrayBuffer>, options: { at: number }): number;
  write(buffer: Uint8Array<ArrayBuffer>, options: { at: number }): number;
  close(): void;
}

declare global {
  interface FileSystemFileHandle {
    /** Only in dedicated workers, which is why the page's types leave it out. */
    createSyncAccessHandle(): Promise<RecordFile>;
  }
}

/** Stands in where there is no file system; keeps each written block by its position. */
export function memoryFile(): RecordFile {
  const blocks = new Map<number, Uint8Array<ArrayBuffer>>();
  return {
    read(buffer, { at }) {
      const block = blocks.get(at);
      if (!block) return 0;
      buffer.set(block.subarray(0, buffer.length));
      return Math.min(block.length, buffer.length);
    },
    write(buffer, { at }) {
      blocks.set(at, buffer.slice());
      return buffer.length;
    },
    close: () => blocks.clear(),
  };
}

const FULL =
  'The browser’s storage is full. Free disk space or remove images, then try again; nothing was lost.';

/** What the person is told where the browser's file system refuses. */
export function storageError(error: unknown): EngineError {
  const full = error instanceof DOMException && error.name === 'QuotaExceededError';
  const message = full ? FULL : `The browser’s storage could not be written: ${String(error)}.`;
  return new EngineError('storage', message);
}

/** A file of the private file system, opened for reading and writing in place. */
export interface DiskFile {
  readonly handle: FileSystemFileHandle;
  readonly access: RecordFile;
}

/** Makes and opens a file. @throws EngineError "storage" */
export async function openDiskFile(
  directory: FileSystemDirectoryHandle,
  name: string,
): Promise<DiskFile> {
  try {
    const handle = await directory.getFileHandle(name, { create: true });
    return { handle, access: await handle.createSyncAccessHandle() };
  } catch (error) {
    throw storageError(error);
  }
}

/** A file of `directory`, or one in memory where there is none. @throws EngineError "storage" */
export async function openRecordFile(
  directory: FileSystemDirectoryHandle | null,
  name: string,
): Promise<RecordFile> {
  if (!directory) return memoryFile();
  return (await openDiskFile(directory, name)).access;
}

/**
 * Writes all of `bytes` at a position.
 * @throws EngineError "storage" where the disk or the browser's quota is full; nothing before it is lost
 */
export function writeFully(file: RecordFile, bytes: Uint8Array<ArrayBuffer>, at: number): void {
  let written: number;
  try {
    written = file.write(bytes, { at });
  } catch (error) {
    throw storageError(error);
  }
  if (written !== bytes.length) throw new EngineError('storage', FULL);
}
