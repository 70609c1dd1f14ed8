import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { backends, useBackend } from '../../testing/devices.ts';
import { differentiate, traced, Value } from '../autograd.ts';
import { Param } from '../params.ts';
import { convNorm, type BatchNorm } from './conv-norm.ts';

const cases = [
  { side: 8, size: 3, stride: 1 },
  { side: 7, size: 3, stride: 2 },
  { side: 8, size: 3, stride: 2 },
  { side: 7, size: 1, stride: 2 },
  { side: 8, size: 1, stride: 2 },
  { side: 11, size: 7, stride: 2 },
];
const INPUTS = 3;
const OUTPUTS = 5;

const random = (shape: number[], seed: number): tf.Tensor =>
  tf.randomNormal(shape, 0, 1, 'float32', seed);

interface Gradients {
  readonly input: Float32Array;
  /** OIHW */
  readonly kernel: Float32Array;
}

/** What TensorFlow.js itself finds on its plain backend. */
async function reference({ side, size, stride }: (typeof cases)[number]): Promise<Gradients> {
  await tf.setBackend('cpu');
  const padding = (size - 1) / 2;
  const kernel = tf.transpose(random([OUTPUTS, INPUTS, size, size], 2), [2, 3, 1, 0]);
  const conv = (x: tf.Tensor, w: tf.Tensor): tf.Tensor => {
    const y = tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, stride, padding);
    return tf.sum(tf.mul(y, random(y.shape, 3)));
  };
  const [input, filter] = tf.grads(conv)([random([2, side, side, INPUTS], 1), kernel]);
  if (!input || !filter) throw new Error('There are two gradients.');
  return {
    input: Float32Array.from(await input.data()),
    kernel: Float32Array.from(await tf.transpose(filter, [3, 2, 0, 1]).data()),
  };
}

async function param(name: string, tensor: tf.Tensor, trainable: boolean): Promise<Param> {
  return new Param(
    name,
    { shape: tensor.shape, data: Float32Array.from(await tensor.data()) },
    trainable,
  );
}

/** A norm that changes nothing. */
async function neutralNorm(): Promise<BatchNorm> {
  const filled = (name: string, value: number): Promise<Param> =>
    param(name, tf.fill([OUTPUTS], value), false);
  return {
    weight: await filled('weight', 1),
    bias: await filled('bias', 0),
    mean: await filled('mean', 0),
    variance: await filled('variance', 1),
    epsilon: 0,
  };
}

async function ours({ side, size, stride }: (typeof cases)[number]): Promise<Gradients> {
  const norm = await neutralNorm();
  const kernel = await param('kernel', random([OUTPUTS, INPUTS, size, size], 2), true);
  const x = new Value(random([2, side, side, INPUTS], 1), true);
  differentiate(() => {
    const y = convNorm(x, kernel, norm, { stride, padding: (size - 1) / 2 });
    const weights = random(y.shape, 3);
    return traced(tf.sum(tf.mul(y.tensor, weights)), { y }, { weights }, (_, kept) => ({
      y: () => kept.weights.clone(),
    }));
  });
  return {
    input: Float32Array.from((await x.gradient?.data()) ?? []),
    kernel: Float32Array.from((await kernel.value.gradient?.data()) ?? []),
  };
}

function expectClose(a: Float32Array, b: Float32Array): void {
  expect(a).toHaveLength(b.length);
  a.forEach((value, i) => expect(value).toBeCloseTo(b[i] ?? Number.NaN, 3));
}

describe.each(backends)('on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  test.each(cases)(
    'a $size×$size convolution of stride $stride over $side pixels goes back as it came',
    async (geometry) => {
      const expected = await reference(geometry);
      await tf.setBackend(backend);
      const found = await ours(geometry);
      expectClose(found.input, expected.input);
      expectClose(found.kernel, expected.kernel);
    },
  );
});
