/**
 * Pictures unpacked from a zip, many to a file: opening one file for each of thousands
 * of small pictures would take longer than decoding them. A pack's file is deleted when
 * the last of its pictures is dropped.
 */
import { openDiskFile, writeFully } from './record-file.ts';

export interface PackedFile {
  readonly file: Blob;
  /** Says that this file is not needed any more. */
  readonly drop: () => void;
}

interface Extent {
  readonly start: number;
  readonly end: number;
}

interface Sink {
  readonly append: (piece: Uint8Array<ArrayBuffer>) => void;
  /** Everything appended, as one Blob that reads from the disk where there is one. */
  readonly finish: () => Promise<Blob>;
  readonly remove: () => Promise<void>;
}

function memorySink(): Sink {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  return {
    append: (piece) => void pieces.push(piece),
    finish: () => Promise.resolve(new Blob(pieces.splice(0))),
    remove: () => Promise.resolve(),
  };
}

async function diskSink(directory: FileSystemDirectoryHandle): Promise<Sink> {
  const name = `pack-${crypto.randomUUID()}`;
  const { handle, access } = await openDiskFile(directory, name);
  let end = 0;
  return {
    append(piece) {
      writeFully(access, piece, end);
      end += piece.length;
    },
    finish() {
      access.close();
      return handle.getFile();
    },
    async remove() {
      access.close();
      await directory.removeEntry(name).catch(() => undefined);
    },
  };
}

/** Collects files one after the other; `seal` makes them readable. */
export class Pack {
  readonly #sink: Sink;
  readonly #extents: Extent[] = [];
  #start = 0;
  #end = 0;

  static async create(directory: FileSystemDirectoryHandle | null): Promise<Pack> {
    return new Pack(directory ? await diskSink(directory) : memorySink());
  }

  private constructor(sink: Sink) {
    this.#sink = sink;
  }

  get bytes(): number {
    return this.#end;
  }

  /** Adds to the file being written. @throws EngineError "storage" */
  append(piece: Uint8Array<ArrayBuffer>): void {
    this.#sink.append(piece);
    this.#end += piece.length;
  }

  /** Ends the file being written. */
  finishFile(): void {
    this.#extents.push({ start: this.#start, end: this.#end });
    this.#start = this.#end;
  }

  /** Forgets what was written since the last finished file. */
  abandonFile(): void {
    this.#start = this.#end;
  }

  /** All finished files, in order. */
  async seal(): Promise<PackedFile[]> {
    const whole = await this.#sink.finish();
    const live = new Set(this.#extents.keys());
    if (live.size === 0) await this.#sink.remove();
    const drop = (index: number): void => {
      if (live.delete(index) && live.size === 0) void this.#sink.remove();
    };
    return this.#extents.map(({ start, end }, index) => ({
      file: whole.slice(start, end),
      drop: () => drop(index),
    }));
  }

  /** Deletes the pack with everything in it. */
  discard(): Promise<void> {
    return this.#sink.remove();
  }
}
