import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { backends, useBackend } from '../../testing/devices.ts';
import { differentiate, traced, Value } from '../autograd.ts';
import { Param } from '../params.ts';
import { depthwiseConv } from './depthwise-conv.ts';

const cases = [
  { height: 8, width: 8, size: 7, channels: 4 },
  { height: 7, width: 5, size: 7, channels: 8 },
  { height: 2, width: 3, size: 7, channels: 3 },
  { height: 1, width: 1, size: 7, channels: 4 },
  { height: 9, width: 6, size: 5, channels: 5 },
  { height: 5, width: 13, size: 3, channels: 12 },
];
type Case = (typeof cases)[number];

const NAMES = ['x', 'kernel', 'bias', 'scaleIn', 'scaleOut', 'shift'] as const;
type Name = (typeof NAMES)[number];
type Numbers = Record<Name | 'weights', tf.Tensor>;

/** Everything the op takes, and what its output is weighted with to make a loss. */
function numbers({ height, width, size, channels }: Case): Numbers {
  const random = (shape: number[], seed: number): tf.Tensor =>
    tf.randomNormal(shape, 0, 1, 'float32', seed);
  return {
    x: random([2, height, width, channels], 1),
    kernel: random([channels, 1, size, size], 2),
    bias: random([channels], 3),
    scaleIn: random([channels], 4),
    scaleOut: random([channels], 5),
    shift: random([channels], 6),
    weights: random([2, height, width, channels], 7),
  };
}

/** The output, and the gradient of every input that has one, by name. */
type Result = ReadonlyMap<string, Float32Array>;

const read = async (tensor: tf.Tensor): Promise<Float32Array> =>
  Float32Array.from(await tensor.data());

/** What TensorFlow.js itself finds on its plain backend, scales and all. */
async function reference(shape: Case): Promise<Result> {
  await tf.setBackend('cpu');
  const { weights, ...inputs } = numbers(shape);
  const forward = (...values: tf.Tensor[]): tf.Tensor => {
    const [x, kernel, bias, scaleIn, scaleOut, shift] = values;
    if (!x || !kernel || !bias || !scaleIn || !scaleOut || !shift) throw new Error('Six inputs.');
    const scaled: tf.Tensor4D = tf.mul(x, scaleIn);
    const filter = tf.transpose(kernel, [2, 3, 0, 1]) as tf.Tensor4D;
    const y = tf.depthwiseConv2d(scaled, filter, 1, (shape.size - 1) / 2);
    return tf.add(tf.mul(scaleOut, tf.add(y, bias)), shift);
  };
  const ordered = NAMES.map((name) => inputs[name]);
  const gradients = tf.grads((...values) => tf.sum(tf.mul(forward(...values), weights)))(ordered);
  const result = new Map([['output', await read(forward(...ordered))]]);
  for (const [i, gradient] of gradients.entries()) {
    result.set(NAMES[i] ?? '', await read(gradient));
  }
  return result;
}

async function ours(shape: Case, trained: readonly Name[]): Promise<Result> {
  const { weights, ...inputs } = numbers(shape);
  const value = (name: Name): Value => new Value(inputs[name], trained.includes(name));
  const param = async (name: Name): Promise<Param> =>
    new Param(
      name,
      { shape: inputs[name].shape, data: await read(inputs[name]) },
      trained.includes(name),
    );
  const kernel = await param('kernel');
  const bias = await param('bias');
  const values = {
    x: value('x'),
    scaleIn: value('scaleIn'),
    scaleOut: value('scaleOut'),
    shift: value('shift'),
  };
  const run = (): Value => depthwiseConv(values.x, kernel, bias, values);
  const result = new Map([['output', await read(run().tensor)]]);
  differentiate(() => {
    const y = run();
    return traced(tf.sum(tf.mul(y.tensor, weights)), { y }, { weights }, (_, kept) => ({
      y: () => kept.weights.clone(),
    }));
  });
  const leaves = { ...values, kernel: kernel.value, bias: bias.value };
  for (const name of NAMES) {
    const { gradient } = leaves[name];
    if (gradient) result.set(name, await read(gradient));
  }
  return result;
}

function expectClose(found: Result, expected: Result): void {
  expect([...found.keys()]).toEqual([...expected.keys()]);
  for (const [name, values] of expected) {
    values.forEach((value, i) => expect(found.get(name)?.[i], name).toBeCloseTo(value, 3));
  }
}

describe.each(backends)('on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  test.each(cases)(
    'a $size×$size filter for each of $channels channels over $height×$width pixels, there and back',
    async (shape) => {
      const expected = await reference(shape);
      await tf.setBackend(backend);
      expectClose(await ours(shape, NAMES), expected);
    },
  );

  test('what is not trained gets no gradient', async () => {
    await tf.setBackend(backend);
    const found = await ours({ height: 6, width: 5, size: 3, channels: 4 }, ['scaleIn']);
    expect([...found.keys()]).toEqual(['output', 'scaleIn']);
  });
});
