import { describe, expect, it } from 'vitest';
import type { RecordFile } from './record-file.ts';
import { EngineError } from '../errors.ts';
import { PixelCache } from './pixel-cache.ts';
import { memoryFile } from './record-file.ts';

const record = (value: number): Uint8Array<ArrayBuffer> => new Uint8Array(12).fill(value);

/** A file that can be told to be full, and remembers how far it was written. */
function limitedFile(): RecordFile & { full: 'no' | 'throws' | 'short'; end: number } {
  const file = memoryFile();
  return {
    ...file,
    full: 'no',
    end: 0,
    write(buffer, options) {
      if (this.full === 'throws') throw new DOMException('no capacity', 'QuotaExceededError');
      if (this.full === 'short') return buffer.length - 1;
      this.end = Math.max(this.end, options.at + buffer.length);
      return file.write(buffer, options);
    },
  };
}

function read(cache: PixelCache, image: number): number | undefined {
  const target = record(0);
  cache.read(image, target);
  return target[11];
}

describe('PixelCache', () => {
  it('gives back what was written and uses freed records again', () => {
    const file = limitedFile();
    const cache = new PixelCache(file, 12);
    for (const image of [5, 6, 7]) cache.write(image, record(image));
    cache.delete(6);
    expect(cache.has(6)).toBe(false);
    cache.write(8, record(8));
    cache.write(7, record(70));
    expect([5, 7, 8].map((image) => read(cache, image))).toEqual([5, 70, 8]);
    expect(file.end).toBe(36);
    expect(() => read(cache, 6)).toThrow('expected 12 bytes, got 0');
  });

  it.each(['throws', 'short'] as const)('loses nothing when the disk is full: %s', (full) => {
    const file = limitedFile();
    const cache = new PixelCache(file, 12);
    cache.write(1, record(1));
    cache.write(2, record(2));
    cache.delete(1);
    file.full = full;
    expect(() => cache.write(3, record(3))).toThrow(
      new EngineError(
        'storage',
        'The browser’s storage is full. Free disk space or remove images, then try again; nothing was lost.',
      ),
    );
    expect(cache.has(3)).toBe(false);
    expect(read(cache, 2)).toBe(2);
    file.full = 'no';
    cache.write(3, record(3));
    cache.write(4, record(4));
    expect([2, 3, 4].map((image) => read(cache, image))).toEqual([2, 3, 4]);
    expect(file.end).toBe(36);
  });
});
