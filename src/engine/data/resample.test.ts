import { describe, expect, it } from 'vitest';
import type { Filter, PixelSource } from './resample.ts';
import { resample } from './resample.ts';
// Made with Pillow 9.4: Image.frombytes('RGB', from, noise(seed)).resize(to, filter).
import fixture from './resample.fixture.json';

/** Bytes of a linear congruential generator: noise shows every weight. */
function noise(count: number, seed: number): Uint8Array {
  let state = seed;
  return Uint8Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}

function raster(width: number, height: number, rgb: Uint8Array): PixelSource {
  return {
    width,
    height,
    read: (window) =>
      Uint8Array.from({ length: window.width * window.height * 4 }, (_, index) => {
        const pixel = index >> 2;
        const row = window.top + Math.floor(pixel / window.width);
        const column = window.left + (pixel % window.width);
        return index % 4 === 3 ? 255 : (rgb[(row * width + column) * 3 + (index % 4)] ?? 0);
      }),
  };
}

function fingerprint(bytes: Uint8Array): number {
  return bytes.reduce((hash, byte) => Math.imul(hash ^ byte, 0x01000193) >>> 0, 0x811c9dc5);
}

const cases = fixture.map((entry) => ({ ...entry, filter: entry.filter as Filter }));

describe('resample', () => {
  it.each(cases)('gives Pillow’s bytes: $filter from $from to $to', (entry) => {
    const [width = 0, height = 0] = entry.from;
    const source = raster(width, height, noise(width * height * 3, entry.seed));
    const [toWidth = 0, toHeight = 0] = entry.to;
    const resized = resample(source, toWidth, toHeight, entry.filter);
    if (entry.pixels) expect([...resized]).toEqual(entry.pixels);
    expect(fingerprint(resized)).toBe(entry.hash);
  });

  it.each<Filter>(['bilinear', 'bicubic'])(
    'computes a window as a part of the whole: %s',
    (filter) => {
      const source = raster(50, 40, noise(6000, 3));
      const whole = resample(source, 30, 20, filter);
      const part = resample(source, 30, 20, filter, { left: 7, top: 4, width: 11, height: 9 });
      const rows = Array.from({ length: 9 }, (_, row) => {
        const start = ((row + 4) * 30 + 7) * 3;
        return [...whole.subarray(start, start + 33)];
      });
      expect([...part]).toEqual(rows.flat());
    },
  );

  it('reads only what a window of an extremely long picture needs', () => {
    let pixels = 0;
    const source: PixelSource = {
      width: 1,
      height: 20_000,
      read: (window) => {
        pixels += window.width * window.height;
        return new Uint8Array(window.width * window.height * 4).fill(90);
      },
    };
    const window = { left: 0, top: 2_479_900, width: 224, height: 224 };
    const resized = resample(source, 248, 4_960_000, 'bicubic', window);
    expect(resized.length).toBe(224 * 224 * 3);
    expect(new Set(resized)).toEqual(new Set([90]));
    expect(pixels).toBeLessThan(100);
  });
});
