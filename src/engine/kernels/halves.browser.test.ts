import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { openDevice, useBackend } from '../../testing/devices.ts';
import { largestDifference } from '../../testing/largest-difference.ts';
import { canBeHalved, halved, packed, unpacked } from './halves.ts';
import { linearInputGradient, linearKernel } from './linear.ts';

const random = (shape: number[], seed: number): tf.Tensor =>
  tf.randomNormal(shape, 0, 1, 'float32', seed);

/** Words, and the numbers that they stand for. */
async function halvedWeight(shape: number[]): Promise<{ words: tf.Tensor; numbers: tf.Tensor }> {
  const words = halved(Float32Array.from(await random(shape, 1).data()));
  return { words, numbers: unpacked(words, shape) };
}

describe.each(['webgpu', 'chip'] as const)('on %s', (device) => {
  beforeAll(() => openDevice(device));

  test('numbers come back to the nearest half', async () => {
    const numbers = [0, 1, -2.5, 1 / 3, 65504, 6e-8, -1e-3, 1024.4];
    const expected = [0, 1, -2.5, 0.333251953125, 65504, 5.960464477539063e-8, -1e-3, 1024];
    const back = unpacked(halved(Float32Array.from(numbers)), [2, 4]);
    expect(back.shape).toEqual([2, 4]);
    (await back.data()).forEach((value, i) => expect(value).toBeCloseTo(expected[i] ?? 0, 6));
  });

  test('packing what was unpacked loses nothing', async () => {
    const { words, numbers } = await halvedWeight([12, 8]);
    expect([...(await packed(numbers).data())]).toEqual([...(await words.data())]);
  });

  test.each([
    { rows: 5, inputs: 12, outputs: 8 },
    { rows: 66, inputs: 64, outputs: 68 },
  ])('a layer $inputs → $outputs multiplies with them, both ways', async (sizes) => {
    const { rows, inputs, outputs } = sizes;
    const { words, numbers } = await halvedWeight([outputs, inputs]);
    const [x, g] = [random([rows, inputs], 2), random([rows, outputs], 3)];
    const parts = { scaleIn: random([inputs], 4), scaleOut: random([outputs], 5) };
    const [ours, reference] = [words, numbers].map((weight) => ({
      ...linearKernel(x, weight, parts, { activation: 'gelu' }, true),
      ...linearInputGradient(g, weight, parts, x),
    }));
    for (const name of ['output', 'plain', 'gradient', 'sums'] as const) {
      const expected = reference?.[name] ?? tf.zeros([0]);
      expect(await largestDifference(ours?.[name] ?? null, expected), name).toBeLessThan(1e-6);
    }
  });
});

test('only WebGPU keeps halves, and only in whole vectors', async () => {
  await useBackend('webgpu');
  expect(canBeHalved(8)).toBe(true);
  expect(canBeHalved(6)).toBe(false);
  await useBackend('wasm');
  expect(canBeHalved(8)).toBe(false);
});
