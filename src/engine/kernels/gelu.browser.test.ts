import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { backends, useBackend } from '../../testing/devices.ts';
import { largestDifference } from '../../testing/largest-difference.ts';
import { openBackend } from '../backend.ts';
import { geluGradientReference, geluReference } from '../ops/gelu.ts';
import { geluGradientKernel, geluKernel } from './gelu.ts';

describe.each(backends)('on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  const shapes = [[1], [63], [65, 3], [2, 5, 129], [3, 1, 7, 11]].map((shape) => ({ shape }));

  test.each(shapes)('over $shape it is the reference, gradient too', async ({ shape }) => {
    const x = tf.randomNormal(shape, 0, 3, 'float32', 1);
    const gradient = tf.randomNormal(shape, 0, 1, 'float32', 2);
    expect(await largestDifference(geluKernel(x), geluReference(x))).toBeLessThan(3e-6);
    const ours = geluGradientKernel(gradient, x);
    expect(await largestDifference(ours, geluGradientReference(gradient, x))).toBeLessThan(3e-6);
  });

  test('far out it is x, and 0', async () => {
    const far = geluKernel(tf.tensor1d([-100, -20, 20, 100]));
    expect([...((await far?.data()) ?? [])]).toEqual([-0, -0, 20, 100]);
  });
});

test('with kernels of TensorFlow.js alone the reference takes over', async () => {
  await openBackend('wasm', () => undefined, 'stock');
  expect(geluKernel(tf.tensor1d([1]))).toBeNull();
});
