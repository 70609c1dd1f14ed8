/** Our kernels on WebAssembly against their references, over odd shapes, gradients too. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '../../../testing/devices.ts';
import { largestDifference } from '../../../testing/largest-difference.ts';
import { geluGradientReference, geluReference } from '../../ops/gelu.ts';
import { simdAttention } from './simd-attention.ts';
import { simdChannels } from './simd-channels.ts';
import { simdElementwise } from './simd-elementwise.ts';
import { simdProduct } from './simd-product.ts';
import { simdSumRows, simdSumRowsOfProduct } from './simd-sums.ts';
import { currentSimd } from './simd.ts';

beforeAll(() => useBackend('wasm'));

const random = (shape: number[], seed: number): tf.Tensor =>
  tf.randomNormal(shape, 0, 1, 'float32', seed);
const matrix = (rows: number, columns: number, seed: number): tf.Tensor2D =>
  random([rows, columns], seed).as2D(rows, columns);

test('they run on this browser', () => {
  expect(currentSimd()?.threads).toBeGreaterThan(0);
});

describe('over single numbers', () => {
  const shapes = [[1], [63], [65, 3], [2, 5, 129], [16, 65, 192]].map((shape) => ({ shape }));

  test.each(shapes)('GELU over $shape, gradient too', async ({ shape }) => {
    const x = tf.randomNormal(shape, 0, 3, 'float32', 1);
    const gradient = random(shape, 2);
    const ours = simdElementwise('GELU', x);
    expect(await largestDifference(ours, geluReference(x))).toBeLessThan(3e-6);
    const back = simdElementwise('GELU_GRADIENT', gradient, x);
    expect(await largestDifference(back, geluGradientReference(gradient, x))).toBeLessThan(3e-6);
  });

  test('GELU far out is x, and 0', async () => {
    const far = simdElementwise('GELU', tf.tensor1d([-100, -20, 20, 100]));
    expect([...((await far?.data()) ?? [])]).toEqual([-0, -0, 20, 100]);
  });

  test.each(shapes)('sums and products over $shape', async ({ shape }) => {
    const [a, b] = [random(shape, 1), random(shape, 2)];
    expect(await largestDifference(simdElementwise('ADD', a, b), tf.add(a, b))).toBe(0);
    expect(await largestDifference(simdElementwise('MULTIPLY', a, b), tf.mul(a, b))).toBe(0);
  });

  test.each(shapes)('ReLU over $shape, gradient too', async ({ shape }) => {
    const [x, gradient] = [random(shape, 1), random(shape, 2)];
    expect(await largestDifference(simdElementwise('RELU', x), tf.relu(x))).toBe(0);
    const back = simdElementwise('RELU_GRADIENT', gradient, x);
    expect(await largestDifference(back, tf.mul(gradient, tf.step(x)))).toBe(0);
  });
});

describe('a product', () => {
  test.each([
    { m: 1, k: 1, n: 1 },
    { m: 5, k: 3, n: 7 },
    { m: 47, k: 385, n: 9 },
    { m: 49, k: 768, n: 16 },
    { m: 130, k: 64, n: 193 },
  ])('of $m·$k·$n, with all its steps', async ({ m, k, n }) => {
    const [a, b, turned] = [matrix(m, k, 1), matrix(k, n, 2), matrix(n, k, 3)];
    const [scaleIn, bias, scale, shift] = [k, n, n, n].map((size, i) => random([size], 4 + i));
    const made = simdProduct(a, b, false, {});
    expect(await largestDifference(made?.output ?? null, tf.matMul(a, b))).toBeLessThan(1e-3);
    const steps = simdProduct(a, turned, true, { scaleIn, bias, scale, shift, keepsPlain: true });
    const plain = tf.add(tf.matMul(tf.mul(a, scaleIn!), turned, false, true), bias!);
    expect(await largestDifference(steps?.plain ?? null, plain)).toBeLessThan(1e-3);
    const output = tf.add(tf.mul(plain, scale!), shift!);
    expect(await largestDifference(steps?.output ?? null, output)).toBeLessThan(1e-3);
  });
});

describe('over channels', () => {
  const shapes = [
    [1, 1],
    [3, 5],
    [130, 7],
    [2, 33, 48],
    [5000, 12],
  ].map((shape) => ({ shape }));

  test.each(shapes)('scale and shift over $shape', async ({ shape }) => {
    const x = random(shape, 1);
    const [scale, shift] = [random(shape.slice(-1), 2), random(shape.slice(-1), 3)];
    const both = simdChannels(x, scale, shift);
    expect(await largestDifference(both, tf.add(tf.mul(x, scale), shift))).toBeLessThan(1e-6);
    const scaled = simdChannels(x, scale, undefined);
    expect(await largestDifference(scaled, tf.mul(x, scale))).toBe(0);
  });

  test.each([
    [1, 1],
    [33, 5],
    [130, 7],
    [5000, 12],
  ])('sums over %i rows of %i', async (rows, columns) => {
    const [a, b] = [matrix(rows, columns, 1), matrix(rows, columns, 2)];
    const close = 1e-6 * rows;
    expect(await largestDifference(simdSumRows(a), tf.sum(a, 0))).toBeLessThan(close);
    const products = simdSumRowsOfProduct(a, b);
    expect(await largestDifference(products, tf.sum(tf.mul(a, b), 0))).toBeLessThan(close);
  });
});

test('memory is given back', async () => {
  const before = tf.backend().numDataIds();
  tf.tidy(() => {
    simdProduct(matrix(50, 40, 1), matrix(40, 30, 2), false, {});
    simdSumRows(matrix(500, 3, 1));
    simdAttention(random([2, 7, 24], 1), 2, undefined);
  });
  expect(tf.backend().numDataIds()).toBe(before);
  await Promise.resolve();
});
