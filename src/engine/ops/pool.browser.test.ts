import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { backends, useBackend } from '../../testing/devices.ts';
import { expectAlike, opResults } from '../../testing/op-results.ts';
import { differentiate, traced, Value } from '../autograd.ts';
import { averagePool, maxPool, maxPoolReference } from './pool.ts';

/** [H, W] of an image whose pixels are 1, 2, 3 … and what torch.nn.AvgPool2d(2, 2, ceil_mode=True, count_include_pad=False) makes of it. */
const cases = [
  { height: 2, width: 4, means: [3.5, 5.5], shares: [0.25, 0.25, 0.5, 0.5, 0.25, 0.25, 0.5, 0.5] },
  {
    height: 3,
    width: 3,
    means: [3, 4.5, 7.5, 9],
    shares: [0.25, 0.25, 1, 0.25, 0.25, 1, 1.5, 1.5, 4],
  },
  { height: 1, width: 3, means: [1.5, 3], shares: [0.5, 0.5, 2] },
];

describe.each(backends)('on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  test.each(cases)(
    'means of $height×$width pixels count only pixels that are there',
    async ({ height, width, means, shares }) => {
      const pixels = Array.from({ length: height * width }, (_, i) => i + 1);
      const x = new Value(tf.tensor(pixels, [1, height, width, 1]), true);
      const weights = means.map((_, i) => i + 1);
      differentiate(() => {
        const y = averagePool(x);
        return traced(tf.sum(y.tensor), { y }, {}, () => ({
          y: () => tf.tensor(weights, y.shape),
        }));
      }).dispose();
      expect([...(await averagePool(x).tensor.data())]).toEqual(means);
      expect([...((await x.gradient?.data()) ?? [])]).toEqual(shares);
    },
  );

  test('batch and channels stay apart', async () => {
    const x = new Value(tf.tensor([1, 10, 3, 30, 5, 50, 7, 70], [2, 1, 2, 2]));
    expect([...(await averagePool(x).tensor.data())]).toEqual([2, 20, 6, 60]);
  });
});

describe('max pooling in a kernel', () => {
  beforeAll(() => useBackend('webgpu'));

  test.each([
    { shape: [2, 8, 8, 4], size: 3, stride: 2, padding: 1 },
    { shape: [1, 7, 9, 8], size: 3, stride: 2, padding: 1 },
    { shape: [2, 6, 5, 12], size: 2, stride: 2, padding: 0 },
    { shape: [1, 1, 1, 4], size: 3, stride: 2, padding: 1 },
  ])('over $shape, $size every $stride, is what TensorFlow.js finds', async (pool) => {
    const { shape, size, stride, padding } = pool;
    const x = new Value(tf.randomNormal(shape, 0, 1, 'float32', 1), true);
    const expected = await opResults(() => maxPoolReference(x, size, stride, padding), { x });
    expectAlike(await opResults(() => maxPool(x, size, stride, padding), { x }), expected);
  });

  test('the first of equals gets the whole gradient', async () => {
    const x = new Value(tf.zeros([1, 2, 2, 4]), true);
    differentiate(() => {
      const y = maxPool(x, 2, 2, 0);
      return traced(tf.sum(y.tensor), { y }, {}, () => ({ y: () => tf.onesLike(y.tensor) }));
    }).dispose();
    const got = [...((await x.gradient?.data()) ?? [])];
    expect(got).toEqual([1, 1, 1, 1, ...new Array<number>(12).fill(0)]);
  });
});
