import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { devices, openDevice } from '../../testing/devices.ts';
import { createRng } from '../../lib/rng.ts';
import { changePixels, drawChange } from '../data/augment.ts';
import { changesPixels, normalisedImages, pixelInput, pixelsOf } from './pixels.ts';

const scaling = { mean: [0.5, 0.25, 0], std: [0.5, 0.25, 1] };

describe.each([...devices, 'stock'] as const)('on %s', (device) => {
  beforeAll(() => openDevice(device));

  // 3 · 3 · 3 bytes are no whole number of words.
  test.each([
    { count: 2, side: 4 },
    { count: 1, side: 3 },
    { count: 3, side: 5 },
  ])(
    '$count images of $side pixels are normalised by mean and deviation of each colour',
    async ({ count, side }) => {
      const bytes = Uint8Array.from({ length: count * side * side * 3 }, (_, i) => (i * 37) % 256);
      const pixels = pixelsOf(bytes, count, scaling);
      const { values, shape } = pixelInput(pixels);
      const images = normalisedImages(tf.tensor(values, [...shape]), pixels);
      expect(images.shape).toEqual([count, side, side, 3]);
      const found = await images.data();
      bytes.forEach((byte, i) => {
        const expected = (byte / 255 - scaling.mean[i % 3]!) / scaling.std[i % 3]!;
        expect(found[i]).toBeCloseTo(expected, 5);
      });
      images.dispose();
    },
  );
});

test('images that are to be varied come as the processor would vary them', async () => {
  await openDevice('webgpu');
  expect(changesPixels()).toBe(true);
  const [count, side] = [6, 21];
  const size = side * side * 3;
  const rng = createRng(3);
  const bytes = Uint8Array.from({ length: count * size }, (_, i) => (i % 9) * 20 + rng.integer(60));
  const of = (image: number) => bytes.subarray(image * size, (image + 1) * size);
  const changes = Array.from({ length: count }, (_, image) =>
    image === 2 ? null : drawChange(of(image), side, 'strong', rng.fork(image)),
  );
  const pixels = pixelsOf(bytes, count, { mean: [0, 0.5, 0], std: [1 / 255, 2, 1] }, changes);
  const { values, shape } = pixelInput(pixels);
  const images = normalisedImages(tf.tensor(values, [...shape]), pixels);
  const found = await images.data();
  images.dispose();
  const expected = changes.flatMap((change, image) => [
    ...(change ? changePixels(of(image), side, change) : of(image)),
  ]);
  const scales = [1, 510, 255];
  const offsets = [0, 127.5, 0];
  const byteAt = (i: number) => (found[i] ?? 0) * (scales[i % 3] ?? 0) + (offsets[i % 3] ?? 0);
  const differences = expected.map((byte, i) => Math.abs(byteAt(i) - byte));
  // What lies half-way between two bytes may be rounded to either.
  expect(Math.max(...differences)).toBeLessThan(1.01);
  expect(differences.filter((difference) => difference > 0.01).length).toBeLessThan(
    count * size * 0.002,
  );
});
