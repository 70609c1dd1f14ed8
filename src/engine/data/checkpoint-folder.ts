import type { CheckpointFolder } from '../checkpoint/contract.ts';
import { breathe } from '../train/control.ts';
import { openDiskFile, writeFully } from './record-file.ts';

/** A file that begins with zeros is none: safetensors begins with the length of its header. */
const BEGINNING = 8;
const PIECE = 2 ** 22;

/**
 * A run's folder of the private file system. A file's first bytes are written last, so that one
 * whose writing was interrupted is not taken for a whole one.
 */
export class DiskCheckpoints implements CheckpointFolder {
  readonly #parent: FileSystemDirectoryHandle;
  readonly #name: string;

  constructor(parent: FileSystemDirectoryHandle, name: string) {
    this.#parent = parent;
    this.#name = name;
  }

  async names(): Promise<string[]> {
    const names: string[] = [];
    for await (const name of (await this.#open()).keys()) names.push(name);
    return names;
  }

  async read(name: string): Promise<Uint8Array | null> {
    try {
      const file = await (await (await this.#open()).getFileHandle(name)).getFile();
      return new Uint8Array(await file.arrayBuffer());
    } catch {
      return null;
    }
  }

  async write(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const { access } = await openDiskFile(await this.#open(), name);
    try {
      writeFully(access, new Uint8Array(BEGINNING), 0);
      for (let at = BEGINNING; at < bytes.length; at += PIECE) {
        writeFully(access, bytes.subarray(at, at + PIECE), at);
        // A large file must not keep the next step from being taken.
        await breathe();
      }
      writeFully(access, bytes.subarray(0, BEGINNING), 0);
    } finally {
      access.close();
    }
  }

  async keepOnly(names: ReadonlySet<string>): Promise<void> {
    const folder = await this.#open();
    for (const name of await this.names()) {
      // What cannot go now goes with the next one.
      if (!names.has(name)) await folder.removeEntry(name).catch(() => undefined);
    }
  }

  #open(): Promise<FileSystemDirectoryHandle> {
    return this.#parent.getDirectoryHandle(this.#name, { create: true });
  }
}
