import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { devices, openDevice } from '../../testing/devices.ts';
import { largestDifference } from '../../testing/largest-difference.ts';
import { channelSums } from './channel-sums.ts';

const random = (shape: number[], seed: number): tf.Tensor =>
  tf.randomNormal(shape, 0, 1, 'float32', seed);

describe.each(devices)('on %s', (device) => {
  beforeAll(() => openDevice(device));

  test.each([
    { rows: 1, width: 4, partRows: 1, partWidth: 8 },
    { rows: 65, width: 68, partRows: 9, partWidth: 4 },
    { rows: 130, width: 12, partRows: 17, partWidth: 132 },
    { rows: 9001, width: 4, partRows: 2, partWidth: 8 },
    { rows: 10, width: 72, partRows: 16_390, partWidth: 12 },
  ])('$rows rows of $width and $partRows of $partWidth', async (shape) => {
    const { rows, width, partRows, partWidth } = shape;
    const [g, u] = [random([rows, width], 1), random([rows, width], 2)];
    const parts = random([partRows, partWidth], 3);
    const earlier = { products: random([width], 4), sum: null, total: random([partWidth], 5) };
    const tolerance = 1e-5 * Math.sqrt(rows + partRows);
    const sums = channelSums({ g, u, plain: true, parts }, earlier);
    const products = tf.add(tf.sum(tf.mul(g, u), 0), earlier.products);
    const total = tf.add(tf.sum(parts, 0), earlier.total);
    expect(await largestDifference(sums?.products ?? null, products)).toBeLessThan(tolerance);
    expect(await largestDifference(sums?.sum ?? null, tf.sum(g, 0))).toBeLessThan(tolerance);
    expect(await largestDifference(sums?.total ?? null, total)).toBeLessThan(tolerance);
  });

  test('only what is wanted is made', () => {
    const sums = channelSums({ g: random([5, 8], 1), plain: true });
    expect(sums?.products).toBeUndefined();
    expect(sums?.total).toBeUndefined();
    expect(sums?.sum?.shape).toEqual([8]);
  });
});

test('channels that are no vectors of four are left to the reference on WebGPU', async () => {
  await openDevice('webgpu');
  expect(channelSums({ g: random([5, 6], 1), plain: true })).toBeNull();
});
