import type { CheckpointFolder } from '../engine/checkpoint/contract.ts';

/** A run's checkpoints in memory. */
export class MemoryCheckpoints implements CheckpointFolder {
  readonly files: Map<string, Uint8Array<ArrayBuffer>>;
  /** What lay there whenever a checkpoint was whole. */
  readonly past: MemoryCheckpoints[] = [];
  /** Makes the next writes fail. */
  full = false;

  constructor(files: ReadonlyMap<string, Uint8Array<ArrayBuffer>> = new Map()) {
    this.files = new Map(files);
  }

  names(): Promise<string[]> {
    return Promise.resolve([...this.files.keys()]);
  }

  read(name: string): Promise<Uint8Array | null> {
    return Promise.resolve(this.files.get(name)?.slice() ?? null);
  }

  write(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    if (this.full) return Promise.reject(new Error('The disk is full.'));
    this.files.set(name, bytes.slice());
    return Promise.resolve();
  }

  keepOnly(names: ReadonlySet<string>): Promise<void> {
    for (const name of this.files.keys()) if (!names.has(name)) this.files.delete(name);
    this.past.push(new MemoryCheckpoints(this.files));
    return Promise.resolve();
  }
}
