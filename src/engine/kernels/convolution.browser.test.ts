import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { useBackend } from '../../testing/devices.ts';
import { largestDifference } from '../../testing/largest-difference.ts';
import { convolutionKernel } from './convolution.ts';

beforeAll(() => useBackend('webgpu'));

const random = (shape: [number, number, number, number], seed: number): tf.Tensor4D =>
  tf.randomNormal(shape, 0, 1, 'float32', seed);

test.each([
  { side: [8, 8], into: 4, out: 8, size: 3, stride: 1, padding: 1 },
  { side: [9, 7], into: 8, out: 12, size: 3, stride: 2, padding: 1 },
  { side: [11, 11], into: 3, out: 4, size: 7, stride: 2, padding: 3 },
  { side: [6, 5], into: 5, out: 8, size: 1, stride: 1, padding: 0 },
  { side: [8, 8], into: 16, out: 4, size: 1, stride: 2, padding: 0 },
  { side: [6, 5], into: 8, out: 12, size: 1, stride: 1, padding: 0 },
  { side: [5, 7], into: 4, out: 4, size: 3, stride: 1, padding: 0 },
] as const)(
  '$size×$size every $stride over $side, $into to $out channels, is what TensorFlow.js finds',
  async ({ side, into, out, size, stride, padding }) => {
    const x = random([2, ...side, into], 1);
    const filter = random([size, size, into, out], 2);
    const expected = tf.conv2d(x, filter, stride, padding);
    const ours = convolutionKernel(x, filter, { stride, padding });
    expect(await largestDifference(ours, expected)).toBeLessThan(1e-4);
  },
);

test('what the product does not take it leaves to the reference', async () => {
  const plain = { stride: 1, padding: 1 };
  expect(convolutionKernel(random([1, 4, 4, 4], 1), random([3, 3, 4, 5], 2), plain)).toBeNull();
  await useBackend('wasm');
  expect(convolutionKernel(random([1, 4, 4, 4], 1), random([3, 3, 4, 4], 2), plain)).toBeNull();
  await useBackend('webgpu');
});
