import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { devices, openDevice } from '../../testing/devices.ts';
import { normalisedImages, pixelInput, pixelsOf } from './pixels.ts';

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
