import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '../../../testing/devices.ts';

beforeAll(() => useBackend('wasm'));

type Compute = (x: tf.Tensor) => tf.Tensor[];

/** What TensorFlow.js's plain backend finds, and what WebAssembly finds. */
async function both(shape: number[], compute: Compute): Promise<unknown[]> {
  const found = [];
  for (const backend of ['cpu', 'wasm']) {
    await tf.setBackend(backend);
    const x = tf.range(0, tf.util.sizeFromShape(shape)).reshape(shape);
    const results = compute(x);
    found.push(await Promise.all(results.map(async (y) => [y.shape, ...(await y.data())])));
  }
  return found;
}

const random = (shape: number[], seed: number): tf.Tensor =>
  tf.randomNormal(shape, 0, 1, 'float32', seed);

/** The largest difference between what the two backends make of the same numbers. */
async function difference(compute: () => tf.Tensor): Promise<number> {
  const found: Float32Array[] = [];
  for (const backend of ['cpu', 'wasm']) {
    await tf.setBackend(backend);
    found.push(Float32Array.from(await compute().data()));
  }
  const [plain = new Float32Array(), ours = new Float32Array()] = found;
  expect(ours).toHaveLength(plain.length);
  return Math.max(...plain.map((value, i) => Math.abs(value - (ours[i] ?? Number.NaN))));
}

async function expectAlike(shape: number[], compute: Compute): Promise<void> {
  const [plain, ours] = await both(shape, compute);
  expect(ours).toEqual(plain);
}

describe('a slice', () => {
  test.each([
    { shape: [7], begin: [2], size: [3] },
    { shape: [40, 3], begin: [5, 0], size: [30, 3] },
    { shape: [5, 80], begin: [1, 3], size: [3, 70] },
    { shape: [4, 5, 6], begin: [1, 2, 3], size: [2, 3, 2] },
    { shape: [3, 1, 5, 4], begin: [1, 0, 2, 0], size: [2, 1, 2, 4] },
    { shape: [2, 3, 2, 3, 2], begin: [0, 1, 0, 1, 0], size: [2, 2, 1, 2, 2] },
    { shape: [4, 5], begin: [2, 1], size: [-1, -1] },
    { shape: [4, 5], begin: [0, 0], size: [4, 0] },
  ])('of $size at $begin out of $shape', async ({ shape, begin, size }) => {
    await expectAlike(shape, (x) => [tf.slice(x, begin, size)]);
  });

  test('of whole numbers stays one', async () => {
    const part = tf.slice(tf.tensor2d([[1, 2, 3]], [1, 3], 'int32'), [0, 1], [1, 2]);
    expect(part.dtype).toBe('int32');
    expect([...(await part.data())]).toEqual([2, 3]);
  });
});

describe('a split', () => {
  test.each([
    { shape: [6, 5], parts: 3, axis: 0 },
    { shape: [6, 9], parts: 3, axis: 1 },
    { shape: [2, 9, 3, 4], parts: [2, 4, 3], axis: 1 },
    { shape: [2, 3, 8], parts: 2, axis: -1 },
  ])('of $shape along $axis', async ({ shape, parts, axis }) => {
    await expectAlike(shape, (x) => tf.split(x, parts, axis));
  });
});

describe('a sum', () => {
  test.each([
    { shape: [7, 5], axis: 0, keep: false },
    { shape: [7, 5], axis: 1, keep: false },
    { shape: [7, 5], axis: 0, keep: true },
    { shape: [2, 3, 4, 5], axis: [2, 0, 1], keep: false },
    { shape: [2, 3, 4], axis: [0, 2], keep: false },
    { shape: [2, 3], axis: [0, 1], keep: false },
    { shape: [2, 3], axis: undefined, keep: false },
  ])('of $shape over $axis, axes kept: $keep', async ({ shape, axis, keep }) => {
    await expectAlike(shape, (x) => [tf.sum(x, axis, keep)]);
  });
});

describe('products of a batch', () => {
  const turns = [false, true].flatMap((a) => [false, true].map((b) => [a, b] as const));
  const sizes = [
    { batch: [2, 3], m: 41, k: 40, n: 43 },
    { batch: [5], m: 70, k: 33, n: 65 },
    { batch: [4], m: 3, k: 2, n: 5 },
    { batch: [1], m: 70, k: 33, n: 65 },
  ];
  const cases = sizes.flatMap((size) => turns.map(([a, b]) => ({ ...size, a, b })));

  test.each(cases)('$batch of $m·$k·$n, turned: $a, $b', async ({ batch, m, k, n, a, b }) => {
    const found = await difference(() => {
      const left = random([...batch, ...(a ? [k, m] : [m, k])], 1);
      const right = random([...batch, ...(b ? [n, k] : [k, n])], 2);
      return tf.matMul(left, right, a, b);
    });
    expect(found).toBeLessThan(1e-4);
  });

  test('leave no memory behind', async () => {
    await tf.setBackend('wasm');
    const [left, right] = [random([3, 64, 50], 1), random([3, 64, 50], 2)];
    const before = tf.backend().numDataIds();
    for (let i = 0; i < 3; i++) tf.matMul(left, right, true, false).dispose();
    expect(tf.backend().numDataIds()).toBe(before);
  });
});

describe('the gradient of max pooling', () => {
  test.each([
    { shape: [2, 8, 8, 3], size: 3, stride: 2, margin: 1 },
    { shape: [1, 7, 9, 2], size: 3, stride: 2, margin: 1 },
    { shape: [1, 6, 6, 4], size: 2, stride: 2, margin: 0 },
    { shape: [2, 5, 5, 1], size: 3, stride: 1, margin: 1 },
  ])('over $shape, windows of $size every $stride', async ({ shape, size, stride, margin }) => {
    const found = await difference(() => {
      const input = random(shape, 1) as tf.Tensor4D;
      const output = tf.maxPool(input, size, stride, margin);
      const dy = random(output.shape, 2);
      const attributes = { filterSize: size, strides: stride, pad: margin };
      return tf.engine().runKernel(tf.MaxPoolGrad, { dy, input, output }, attributes);
    });
    expect(found).toBeLessThan(1e-6);
  });
});
