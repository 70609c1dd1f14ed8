import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { openDevice, useBackend } from '../../testing/devices.ts';
import { largestDifference } from '../../testing/largest-difference.ts';
import { matmulKernel } from './matmul.ts';

beforeAll(() => useBackend('webgpu'));

const random = (shape: number[], seed: number): tf.Tensor =>
  tf.randomNormal(shape, 0, 1, 'float32', seed);

interface Case {
  readonly batch: number[];
  readonly m: number;
  readonly k: number;
  readonly n: number;
}

function sides({ batch, m, k, n }: Case, turnA: boolean, turnB: boolean): [tf.Tensor, tf.Tensor] {
  const a = random([...batch, ...(turnA ? [k, m] : [m, k])], 1);
  return [a, random([...batch, ...(turnB ? [n, k] : [k, n])], 2)];
}

const cases: Case[] = [
  { batch: [], m: 1, k: 4, n: 4 },
  { batch: [], m: 33, k: 64, n: 68 },
  { batch: [], m: 66, k: 7, n: 12 },
  { batch: [3], m: 65, k: 65, n: 64 },
  { batch: [2, 3], m: 17, k: 20, n: 4 },
  { batch: [2], m: 40, k: 12, n: 100 },
];
const turns = [
  { turnA: false, turnB: false },
  { turnA: true, turnB: false },
  { turnA: false, turnB: true },
];

describe.each(turns)('transposed: $turnA, $turnB', ({ turnA, turnB }) => {
  test.each(cases.filter(({ k }) => !turnB || k % 4 === 0))(
    '$batch of $m·$k·$n is what TensorFlow.js finds',
    async (shapes) => {
      const [a, b] = sides(shapes, turnA, turnB);
      const expected = tf.matMul(a, b, turnA, turnB);
      const ours = matmulKernel(a, b, turnA, turnB);
      expect(await largestDifference(ours, expected)).toBeLessThan(1e-4);
    },
  );
});

test('columns that a product of rows makes need be no multiple of four', async () => {
  const [a, b] = sides({ batch: [2], m: 65, k: 64, n: 65 }, false, true);
  const ours = matmulKernel(a, b, false, true);
  const expected = tf.matMul(a, b, false, true);
  expect(await largestDifference(ours, expected)).toBeLessThan(1e-4);
});

test('what it cannot read in vectors it leaves to the reference', async () => {
  expect(matmulKernel(random([5, 8], 1), random([8, 6], 2), false, false)).toBeNull();
  expect(matmulKernel(random([5, 6], 1), random([8, 6], 2), false, true)).toBeNull();
  expect(matmulKernel(random([8, 5], 1), random([8, 8], 2), true, true)).toBeNull();
  await useBackend('wasm');
  expect(matmulKernel(random([4, 4], 1), random([4, 4], 2), false, false)).toBeNull();
  await useBackend('webgpu');
});

test('on a chip, few results of many terms are shared out and summed', async () => {
  await openDevice('chip');
  for (const k of [2048, 4096 + 8]) {
    const [a, b] = sides({ batch: [], m: 12, k, n: 8 }, true, false);
    const expected = tf.matMul(a, b, true, false);
    expect(await largestDifference(matmulKernel(a, b, true, false), expected)).toBeLessThan(1e-3);
  }
  await useBackend('webgpu');
});
