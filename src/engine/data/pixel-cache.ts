import type { ImageId } from '../../protocol.ts';
import type { RecordFile } from './record-file.ts';
import { EngineError } from '../errors.ts';
import { writeFully } from './record-file.ts';

/** Prepared pixels of many images in one file of equal records; freed records are used again. */
export class PixelCache {
  readonly recordBytes: number;
  readonly #file: RecordFile;
  readonly #slots = new Map<ImageId, number>();
  readonly #free: number[] = [];
  #end = 0;

  constructor(file: RecordFile, recordBytes: number) {
    this.#file = file;
    this.recordBytes = recordBytes;
  }

  has(image: ImageId): boolean {
    return this.#slots.has(image);
  }

  /** @throws EngineError "storage"; the records there stay as they are */
  write(image: ImageId, pixels: Uint8Array<ArrayBuffer>): void {
    const slot = this.#slots.get(image) ?? this.#free.at(-1) ?? this.#end;
    writeFully(this.#file, pixels, slot * this.recordBytes);
    if (this.#slots.has(image)) return;
    if (slot === this.#end) this.#end++;
    else this.#free.pop();
    this.#slots.set(image, slot);
  }

  /** Fills `target`, one record long. @throws EngineError "storage" */
  read(image: ImageId, target: Uint8Array<ArrayBuffer>): void {
    const slot = this.#slots.get(image);
    const read = slot === undefined ? 0 : this.#file.read(target, { at: slot * this.recordBytes });
    if (read !== this.recordBytes) {
      const message = `The prepared pixels of an image are gone from the browser’s storage: expected ${this.recordBytes} bytes, got ${read}.`;
      throw new EngineError('storage', message);
    }
  }

  delete(image: ImageId): void {
    const slot = this.#slots.get(image);
    if (slot === undefined) return;
    this.#slots.delete(image);
    this.#free.push(slot);
  }

  close(): void {
    this.#slots.clear();
    this.#file.close();
  }
}
