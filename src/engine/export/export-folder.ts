/**
 * Where an export's large files are written piece by piece: the browser's private file system, so
 * that they never stand in memory. Gone with the session.
 */
import { storageError } from '../data/record-file.ts';
import { openSessionFolder } from '../data/session-folder.ts';
import { EngineError } from '../errors.ts';

type Pieces = AsyncIterable<Uint8Array<ArrayBuffer>>;

export class ExportFolder {
  readonly #directory: FileSystemDirectoryHandle | null;
  /** Names of the zips that are there, oldest first. */
  #zips: readonly string[] = [];

  static async open(): Promise<ExportFolder> {
    const { directory } = await openSessionFolder('export-sessions');
    return new ExportFolder(directory);
  }

  private constructor(directory: FileSystemDirectoryHandle | null) {
    this.#directory = directory;
  }

  /**
   * Writes a file anew; one of that name must not be read any more. Where the browser has no
   * private file system, or no room in it, it keeps the pieces itself.
   * @param pieces can be asked for again.
   */
  async write(name: string, pieces: Pieces): Promise<Blob> {
    const directory = this.#directory;
    if (!directory || !('createWritable' in FileSystemFileHandle.prototype))
      return gathered(pieces);
    return this.#written(directory, name, pieces).catch((error: unknown) => {
      if (error instanceof EngineError && error.code === 'storage') return gathered(pieces);
      throw error;
    });
  }

  /** @throws EngineError "storage"; then nothing of it stays */
  async #written(
    directory: FileSystemDirectoryHandle,
    name: string,
    pieces: Pieces,
  ): Promise<Blob> {
    await this.remove(name);
    const handle = await directory.getFileHandle(name, { create: true }).catch(refuse);
    const writable = await handle.createWritable().catch(refuse);
    try {
      for await (const piece of pieces) await writable.write(piece).catch(refuse);
      await writable.close().catch(refuse);
      return await handle.getFile();
    } catch (error) {
      await writable.abort().catch(() => undefined);
      await this.remove(name);
      throw error;
    }
  }

  /**
   * Writes a zip under a name of its own. The person may still be saving the one before; those
   * before that are removed.
   */
  async writeZip(pieces: Pieces): Promise<Blob> {
    const name = `${crypto.randomUUID()}.zip`;
    const file = await this.write(name, pieces);
    for (const old of this.#zips.slice(0, -1)) await this.remove(old);
    this.#zips = [...this.#zips.slice(-1), name];
    return file;
  }

  /** One that is not there is passed over. */
  async remove(name: string): Promise<void> {
    await this.#directory?.removeEntry(name).catch(() => undefined);
  }
}

function refuse(error: unknown): never {
  throw storageError(error);
}

/** Pieces as one Blob, whose bytes lie with the browser, not in the page's own memory. */
export async function gathered(pieces: Pieces): Promise<Blob> {
  const parts: Blob[] = [];
  for await (const piece of pieces) parts.push(new Blob([piece]));
  return new Blob(parts);
}
