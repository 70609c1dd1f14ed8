/** Our kernels on WebAssembly over odd shapes, against TensorFlow.js's plain backend and plain loops. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '../../../testing/devices.ts';
import { largestDifference } from '../../../testing/largest-difference.ts';
import { expectAlike, opResults } from '../../../testing/op-results.ts';
import { openBackend } from '../../backend.ts';
import { Value } from '../../autograd.ts';
import { attention, attentionReference } from '../../ops/attention.ts';
import { layerNorm, layerNormReference } from '../../ops/layer-norm.ts';
import { geluGradientReference } from '../../ops/gelu.ts';
import { geluGradientKernel } from '../gelu.ts';
import { simdConvolution, simdConvolutionGradient, tapsReaching } from './simd-convolution.ts';
import { simdElementwise } from './simd-elementwise.ts';
import { simdLinear, simdLinearInputGradient } from './simd-linear.ts';
import { simdSums } from './simd-sums.ts';
import { currentSimd, type Simd } from './simd.ts';

beforeAll(() => useBackend('wasm'));

function ours(): Simd {
  const simd = currentSimd();
  if (!simd) throw new Error('This browser runs our kernels.');
  return simd;
}

const random = (shape: number[], seed: number): tf.Tensor =>
  tf.randomNormal(shape, 0, 1, 'float32', seed);

/** What TensorFlow.js makes of the same tensors on its plain backend. */
async function onCpu(
  tensors: readonly tf.Tensor[],
  compute: (...copies: tf.Tensor[]) => tf.Tensor,
): Promise<tf.Tensor> {
  const numbers = await Promise.all(tensors.map((tensor) => tensor.data()));
  await tf.setBackend('cpu');
  const result = compute(...tensors.map(({ shape }, i) => tf.tensor(numbers[i]!, shape)));
  const data = await result.data();
  await tf.setBackend('wasm');
  return tf.tensor(data, result.shape);
}

test('they run where they are wanted, and nowhere else', async () => {
  expect(ours().threads).toBeGreaterThan(0);
  await openBackend('wasm', () => undefined, 'stock');
  expect(currentSimd()).toBeNull();
  await useBackend('wasm');
});

describe('over single numbers', () => {
  const shapes = [[1], [63], [65, 3], [2, 5, 129], [16, 65, 192]].map((shape) => ({ shape }));

  test.each(shapes)('sums, products and ReLU over $shape', async ({ shape }) => {
    const [a, b] = [random(shape, 1), random(shape, 2)];
    const cases = [
      [simdElementwise('ADD', a, b), await onCpu([a, b], (x, y) => tf.add(x, y))],
      [simdElementwise('MULTIPLY', a, b), await onCpu([a, b], (x, y) => tf.mul(x, y))],
      [simdElementwise('RELU', a), await onCpu([a], (x) => tf.relu(x))],
      [
        simdElementwise('RELU_GRADIENT', a, b),
        await onCpu([a, b], (g, y) => tf.mul(g, tf.step(y))),
      ],
    ] as const;
    for (const [found, expected] of cases) expect(await largestDifference(found, expected)).toBe(0);
  });

  test.each(shapes)(
    "GELU's gradient of what is scaled and moved over $shape",
    async ({ shape }) => {
      const [g, x] = [random(shape, 1), random(shape, 2)];
      const [scale, shift] = [random(shape.slice(-1), 3), random(shape.slice(-1), 4)];
      const found = geluGradientKernel(g, x, { scale, shift });
      const expected = await onCpu([g, x, scale, shift], (g, x, scale, shift) =>
        geluGradientReference(g, tf.add(tf.mul(x, scale), shift)),
      );
      expect(await largestDifference(found, expected)).toBeLessThan(5e-6);
    },
  );

  test.each([
    [[7, 5], [5]],
    [
      [2, 3, 4],
      [1, 4],
    ],
    [[6], [2, 6]],
    [
      [2, 1, 4],
      [3, 4],
    ],
    [[3], [1]],
  ])('sums and products of %j and %j', async (first, second) => {
    const [a, b] = [random(first, 1), random(second, 2)];
    const sum = await onCpu([a, b], (x, y) => tf.add(x, y));
    expect(await largestDifference(tf.add(a, b), sum)).toBe(0);
    const product = await onCpu([a, b], (x, y) => tf.mul(x, y));
    expect(await largestDifference(tf.mul(a, b), product)).toBe(0);
  });
});

const sizes = [
  { rows: 1, inputs: 1, outputs: 1 },
  { rows: 5, inputs: 3, outputs: 7 },
  { rows: 47, inputs: 385, outputs: 9 },
  { rows: 49, inputs: 770, outputs: 16 },
  { rows: 130, inputs: 64, outputs: 193 },
];

describe.each(sizes)('$rows rows of $inputs to $outputs', ({ rows, inputs, outputs }) => {
  const weight = () => random([outputs, inputs], 2);

  test('with all that surrounds a layer', async () => {
    const [x, w] = [random([rows, inputs], 1), weight()];
    const [bias, scaleOut, shift] = [3, 4, 5].map((seed) => random([outputs], seed));
    const scaleIn = random([inputs], 6);
    const residual = random([rows, outputs], 7);
    const parts = { bias, scaleIn, scaleOut, shift };
    const { output, plain } = simdLinear(ours(), x, w, parts, { residual }, true);
    const products = await onCpu([x, w, scaleIn, bias!], (x, w, scale, bias) =>
      tf.add(tf.matMul(tf.mul(x, scale), w, false, true), bias),
    );
    expect(await largestDifference(plain ?? null, products)).toBeLessThan(1e-3);
    const end = await onCpu([products, scaleOut!, shift!, residual], (p, scale, shift, residual) =>
      tf.add(tf.add(tf.mul(p, scale), shift), residual),
    );
    expect(await largestDifference(output, end)).toBeLessThan(1e-3);
  });

  test('and back, with the sums for its scale', async () => {
    const [g, w, x] = [random([rows, outputs], 1), weight(), random([rows, inputs], 3)];
    const [scaleIn, scaleOut] = [random([inputs], 4), random([outputs], 5)];
    const { gradient, sums } = simdLinearInputGradient(ours(), g, w, { scaleIn, scaleOut }, x);
    const back = await onCpu([g, w, scaleOut], (g, w, scale) => tf.matMul(tf.mul(g, scale), w));
    const scaled = await onCpu([back, scaleIn], (back, scale) => tf.mul(back, scale));
    expect(await largestDifference(gradient, scaled)).toBeLessThan(1e-3);
    const along = await onCpu([back, x], (back, x) => tf.sum(tf.mul(back, x), 0));
    const total = await onCpu([sums!], (parts) => tf.sum(parts, 0));
    expect(await largestDifference(total, along)).toBeLessThan(1e-3 * Math.sqrt(rows));
  });
});

test.each([
  [1, 1],
  [33, 5],
  [130, 7],
  [5000, 12],
])('sums over %i rows of %i, on top of earlier ones', async (rows, columns) => {
  const [g, u] = [random([rows, columns], 1), random([rows, columns], 2)];
  const earlier = { products: random([columns], 3), sum: random([columns], 4) };
  const sums = simdSums(ours(), { g, u, plain: true }, earlier);
  const close = 2e-6 * rows;
  const sum = await onCpu([g, earlier.sum], (g, before) => tf.add(tf.sum(g, 0), before));
  expect(await largestDifference(sums.sum ?? null, sum)).toBeLessThan(close);
  const products = await onCpu([g, u, earlier.products], (g, u, before) =>
    tf.add(tf.sum(tf.mul(g, u), 0), before),
  );
  expect(await largestDifference(sums.products ?? null, products)).toBeLessThan(close);
});

test.each([[[1, 1]], [[7, 5]], [[3, 11, 38]]])(
  'layer norm over %j, gradients too',
  async (shape) => {
    const value = (size: number[], seed: number): Value =>
      new Value(tf.randomNormal(size, 1, 2, 'float32', seed), true);
    const x = value(shape, 1);
    const [weight, bias] = [value(shape.slice(-1), 2), value(shape.slice(-1), 3)];
    const leaves = { x, weight, bias };
    const expected = await opResults(() => layerNormReference(x, weight, bias, 1e-3), leaves);
    expectAlike(await opResults(() => layerNorm(x, weight, bias, 1e-3), leaves), expected);
  },
);

test.each([
  { batch: 4, tokens: 7, heads: 2, width: 5, windows: 2 },
  { batch: 3, tokens: 49, heads: 3, width: 32, windows: 3 },
  { batch: 2, tokens: 65, heads: 1, width: 8, windows: 1 },
])('attention of $tokens tokens with a bias, gradients too', async ({ windows, ...layout }) => {
  const { batch, tokens, heads, width } = layout;
  const qkv = new Value(random([batch, tokens, 3 * heads * width], 1), true);
  const bias = new Value(random([windows, heads, tokens, tokens], 2), true);
  const expected = await opResults(() => attentionReference(qkv, layout, bias), { qkv, bias });
  expectAlike(await opResults(() => attention(qkv, heads, bias), { qkv, bias }), expected);
});

describe.each([
  { size: 1, stride: 1, padding: 0, side: 5, into: 3, out: 8 },
  { size: 3, stride: 1, padding: 1, side: 9, into: 5, out: 7 },
  { size: 3, stride: 2, padding: 1, side: 8, into: 48, out: 13 },
  { size: 1, stride: 2, padding: 0, side: 7, into: 4, out: 6 },
  { size: 7, stride: 2, padding: 3, side: 20, into: 3, out: 9 },
  { size: 3, stride: 1, padding: 0, side: 6, into: 130, out: 5 },
])('a $size×$size convolution of stride $stride', ({ size, stride, padding, side, into, out }) => {
  const filterOf = () => random([size, size, into, out], 2) as tf.Tensor4D;

  test('with its steps', async () => {
    const x = random([2, side, side + 1, into], 1) as tf.Tensor4D;
    const filter = filterOf();
    const [scaleIn, scale, shift] = [into, out, out].map((n, i) => random([n], 3 + i));
    const steps = { scaleIn, scale, shift, keepsPlain: true };
    const made = simdConvolution(x, filter, stride, padding, steps);
    const plain = await onCpu([x, filter, scaleIn!], (x, filter, scale) =>
      tf.conv2d(tf.mul<tf.Tensor4D>(x, scale), filter as tf.Tensor4D, stride, padding),
    );
    expect(await largestDifference(made?.plain ?? null, plain)).toBeLessThan(1e-3);
    const output = await onCpu([plain, scale!, shift!], (p, scale, shift) =>
      tf.add(tf.mul(p, scale), shift),
    );
    expect(await largestDifference(made?.output ?? null, output)).toBeLessThan(1e-3);
  });

  test('carries gradients back', async () => {
    const shape: [number, number, number, number] = [2, side, side + 1, into];
    const filter = filterOf();
    const along = (length: number): number =>
      Math.floor((length + 2 * padding - size) / stride) + 1;
    const g = random([2, along(side), along(side + 1), out], 3) as tf.Tensor4D;
    const scale = random([out], 4);
    const part = (row: number, column: number): tf.Tensor4D | null => {
      const [down, across] = [row, column].map((at) => tapsReaching(at, size, stride, padding));
      if (!down?.length || !across?.length) return null;
      const turned = tf.transpose(filter, [0, 1, 3, 2]);
      return tf.gather<tf.Tensor4D>(tf.gather(turned, down, 0), across, 1);
    };
    const found = simdConvolutionGradient(g, part, shape, stride, padding, scale);
    const expected = await onCpu([g, filter, scale], (g, filter, scale) =>
      tf.conv2dTranspose(
        tf.mul<tf.Tensor4D>(g, scale),
        filter as tf.Tensor4D,
        shape,
        stride,
        padding,
      ),
    );
    expect(await largestDifference(found, expected)).toBeLessThan(1e-3);
  });
});

test('memory is given back', () => {
  const before = tf.backend().numDataIds();
  tf.tidy(() => {
    const [x, weight] = [random([50, 40], 1), random([30, 40], 2)];
    simdLinear(ours(), x, weight, {}, {}, true);
    simdSums(ours(), { g: x, u: x, plain: true }, {});
    attention(new Value(random([2, 7, 24], 1)), 2);
    x.clone();
  });
  expect(tf.backend().numDataIds()).toBe(before);
});
