/**
 * A project's folder of the origin's private file system: its pictures as they came, and what
 * its runs learned. A file is part of the project once the page's index names it; whatever a
 * crash left half-written is named nowhere and cleared away at the next opening.
 */
import { EngineError } from '../errors.ts';
import { DiskCheckpoints } from './checkpoint-folder.ts';
import { openDiskFile, writeFully, type DiskFile } from './record-file.ts';

const FOLDER = 'projects';
const PIECE = 2 ** 22;

/** A picture that has its place in the folder. */
export interface KeptPicture {
  readonly name: string;
  readonly read: () => Promise<Blob>;
  /** Deletes it. */
  readonly drop: () => void;
}

export class ProjectFolder {
  readonly #images: FileSystemDirectoryHandle;
  readonly #runs: FileSystemDirectoryHandle;
  readonly #unfinished: FileSystemDirectoryHandle;

  /** @throws EngineError "storage" where the browser has no private file system. */
  static async open(project: string): Promise<ProjectFolder> {
    try {
      const root = await navigator.storage.getDirectory();
      const projects = await root.getDirectoryHandle(FOLDER, { create: true });
      const folder = await projects.getDirectoryHandle(project, { create: true });
      const images = await folder.getDirectoryHandle('images', { create: true });
      const runs = await folder.getDirectoryHandle('runs', { create: true });
      const unfinished = await folder.getDirectoryHandle('unfinished', { create: true });
      return new ProjectFolder(images, runs, unfinished);
    } catch (error) {
      const message = `The project's folder could not be opened in the browser's storage: ${String(error)}.`;
      throw new EngineError('storage', message);
    }
  }

  private constructor(
    images: FileSystemDirectoryHandle,
    runs: FileSystemDirectoryHandle,
    unfinished: FileSystemDirectoryHandle,
  ) {
    this.#images = images;
    this.#runs = runs;
    this.#unfinished = unfinished;
  }

  /** Copies a picture into the folder. @throws EngineError "storage"; then nothing of it stays. */
  async keepImage(picture: Blob): Promise<KeptPicture> {
    const name = crypto.randomUUID();
    await write(this.#images, name, picture);
    return this.#kept(name, await this.#images.getFileHandle(name));
  }

  /** All pictures that are there, by name: listed, not opened, however many they are. */
  async images(): Promise<ReadonlyMap<string, KeptPicture>> {
    const found = new Map<string, KeptPicture>();
    for await (const [name, handle] of this.#images.entries()) {
      if (handle instanceof FileSystemFileHandle) found.set(name, this.#kept(name, handle));
    }
    return found;
  }

  /** Writes what a run learned. @throws EngineError "storage"; then nothing of it stays. */
  async keepRun(id: number, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    await write(this.#runs, runFile(id), new Blob([bytes]));
  }

  /** What a run learned; null where it is not kept. */
  run(id: number): Promise<File | null> {
    return read(this.#runs, runFile(id));
  }

  async removeRun(id: number): Promise<void> {
    await this.#runs.removeEntry(runFile(id)).catch(() => undefined);
  }

  /** What a run that is not finished can go on from. */
  checkpoints(run: number): DiskCheckpoints {
    return new DiskCheckpoints(this.#unfinished, String(run));
  }

  async removeCheckpoints(run: number): Promise<void> {
    await this.#unfinished.removeEntry(String(run), { recursive: true }).catch(() => undefined);
  }

  /** Deletes every file but the pictures and runs that are named, and the checkpoints of one run. */
  async prune(
    images: ReadonlySet<string>,
    runs: ReadonlySet<number>,
    unfinished: number | null,
  ): Promise<void> {
    await keepOnly(this.#images, images);
    await keepOnly(this.#runs, new Set([...runs].map(runFile)));
    await keepOnly(this.#unfinished, new Set(unfinished === null ? [] : [String(unfinished)]));
  }

  #kept(name: string, handle: FileSystemFileHandle): KeptPicture {
    const drop = (): void => {
      // What cannot be deleted now is cleared away when the project is opened next.
      this.#images.removeEntry(name).catch(() => undefined);
    };
    return { name, read: () => handle.getFile(), drop };
  }
}

function runFile(id: number): string {
  return `${id}.safetensors`;
}

async function read(directory: FileSystemDirectoryHandle, name: string): Promise<File | null> {
  try {
    return await (await directory.getFileHandle(name)).getFile();
  } catch {
    return null;
  }
}

async function write(
  directory: FileSystemDirectoryHandle,
  name: string,
  source: Blob,
): Promise<void> {
  const { access } = await openDiskFile(directory, name);
  try {
    await copyInto(access, source);
    access.close();
  } catch (error) {
    access.close();
    await directory.removeEntry(name).catch(() => undefined);
    throw error;
  }
}

async function copyInto(access: DiskFile['access'], source: Blob): Promise<void> {
  for (let at = 0; at < source.size; at += PIECE) {
    writeFully(access, new Uint8Array(await source.slice(at, at + PIECE).arrayBuffer()), at);
  }
}

async function keepOnly(
  directory: FileSystemDirectoryHandle,
  names: ReadonlySet<string>,
): Promise<void> {
  const stale: string[] = [];
  for await (const name of directory.keys()) if (!names.has(name)) stale.push(name);
  for (const name of stale)
    await directory.removeEntry(name, { recursive: true }).catch(() => undefined);
}
