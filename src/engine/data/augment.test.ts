import { describe, expect, it } from 'vitest';
import { unchanged } from '../../lib/pixel-change.ts';
import { createRng, type Rng } from '../../lib/rng.ts';
import { changePixels, drawChange } from './augment.ts';

function augment(pixels: Uint8Array, size: number, strength: 'light' | 'strong', rng: Rng) {
  return changePixels(pixels, size, drawChange(pixels, size, strength, rng));
}

/** Red grows to the right, green downwards, blue is constant. */
function ramp(size: number): Uint8Array {
  return Uint8Array.from({ length: size * size * 3 }, (_, index) => {
    const pixel = Math.floor(index / 3);
    const place = [pixel % size, Math.floor(pixel / size), size / 4][index % 3] ?? 0;
    return 60 + (place * 128) / size;
  });
}

function channelMean(pixels: Uint8Array, channel: number): number {
  let sum = 0;
  for (let at = channel; at < pixels.length; at += 3) sum += pixels[at] ?? 0;
  return sum / (pixels.length / 3);
}

describe('augment', () => {
  it('leaves a picture as it is where nothing is changed', () => {
    const pixels = ramp(8);
    expect(changePixels(pixels, 8, unchanged(8))).toEqual(pixels);
  });

  it.each(['light', 'strong'] as const)('is deterministic per generator: %s', (strength) => {
    const pixels = ramp(32);
    const before = pixels.slice();
    const first = augment(pixels, 32, strength, createRng(1, 5));
    expect(augment(pixels, 32, strength, createRng(1, 5))).toEqual(first);
    expect(augment(pixels, 32, strength, createRng(1, 6))).not.toEqual(first);
    expect(pixels).toEqual(before);
  });

  it('leaves a grey picture grey and one colour', () => {
    const grey = new Uint8Array(24 * 24 * 3).fill(100);
    for (let stream = 0; stream < 20; stream++) {
      const result = augment(grey, 24, 'strong', createRng(2, stream));
      expect(Math.max(...result) - Math.min(...result)).toBeLessThanOrEqual(1);
    }
  });

  it('flips about half of the pictures', () => {
    const pixels = ramp(32);
    const flipped = Array.from({ length: 400 }, (_, stream) => {
      const result = augment(pixels, 32, 'light', createRng(3, stream));
      return (result[0] ?? 0) > (result[31 * 3] ?? 0);
    }).filter(Boolean).length;
    expect(Math.abs(flipped - 200)).toBeLessThan(50);
  });

  it('keeps more of the picture and its colours when light than when strong', () => {
    const spread = (strength: 'light' | 'strong'): number => {
      const means = Array.from({ length: 200 }, (_, stream) =>
        channelMean(augment(ramp(32), 32, strength, createRng(4, stream)), 2),
      );
      const center = means.reduce((sum, value) => sum + value, 0) / means.length;
      return Math.sqrt(means.reduce((sum, value) => sum + (value - center) ** 2, 0) / means.length);
    };
    expect(spread('light')).toBeGreaterThan(2);
    expect(spread('strong')).toBeGreaterThan(1.8 * spread('light'));
  });

  it('crops no more than its strength allows', () => {
    // Without jitter of the slope a crop of area share s keeps a red range of about √s.
    for (let stream = 0; stream < 100; stream++) {
      const result = augment(ramp(64), 64, 'light', createRng(5, stream));
      const range = Math.abs((result[63 * 3] ?? 0) - (result[0] ?? 0));
      expect(range).toBeGreaterThan(126 * Math.sqrt(0.7 * 0.75) * 0.85 * 0.85 * 0.85);
      expect(range).toBeLessThan(126 * 1.15 ** 3 + 4);
    }
  });
});
