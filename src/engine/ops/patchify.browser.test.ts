import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { backends, useBackend } from '../../testing/devices.ts';
import { differentiate, traced, Value } from '../autograd.ts';
import { patchify } from './patchify.ts';

const cases = [
  { height: 8, width: 4, side: 4, channels: 3 },
  { height: 6, width: 6, side: 2, channels: 5 },
  { height: 7, width: 6, side: 2, channels: 4 },
  { height: 9, width: 11, side: 4, channels: 3 },
];
const OUTPUTS = 6;
type Case = (typeof cases)[number];

const random = (shape: number[], seed: number): tf.Tensor =>
  tf.randomNormal(shape, 0, 1, 'float32', seed);

interface Result {
  readonly output: Float32Array;
  readonly gradient: Float32Array;
}

const kernelOf = ({ side, channels }: Case): tf.Tensor =>
  random([OUTPUTS, channels, side, side], 2);

/** A strided convolution of TensorFlow.js on its plain backend. */
async function reference(shape: Case): Promise<Result> {
  await tf.setBackend('cpu');
  const { height, width, side, channels } = shape;
  const filter = tf.transpose(kernelOf(shape), [2, 3, 1, 0]);
  const forward = (x: tf.Tensor): tf.Tensor =>
    tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, side, 'valid');
  const loss = (x: tf.Tensor): tf.Tensor => {
    const y = forward(x);
    return tf.sum(tf.mul(y, random(y.shape, 3)));
  };
  const x = random([2, height, width, channels], 1);
  return {
    output: Float32Array.from(await forward(x).data()),
    gradient: Float32Array.from(await tf.grad(loss)(x).data()),
  };
}

/** The same as patches times the kernel, seen as a matrix. */
async function ours(shape: Case): Promise<Result> {
  const { height, width, channels } = shape;
  const x = new Value(random([2, height, width, channels], 1), true);
  const matrix = kernelOf(shape).reshape([OUTPUTS, -1]);
  const multiply = (patches: tf.Tensor): tf.Tensor =>
    tf.matMul(patches.reshape([-1, matrix.shape[1] ?? 0]), matrix, false, true);
  const forward = (): { patches: Value; y: tf.Tensor } => {
    const patches = patchify(x, shape.side);
    return {
      patches,
      y: multiply(patches.tensor).reshape([...patches.shape.slice(0, 3), OUTPUTS]),
    };
  };
  differentiate(() => {
    const { patches, y } = forward();
    const weights = random(y.shape, 3);
    return traced(tf.sum(tf.mul(y, weights)), { patches }, { weights }, (_, kept) => ({
      patches: () => tf.matMul(kept.weights.reshape([-1, OUTPUTS]), matrix).reshape(patches.shape),
    }));
  }).dispose();
  return {
    output: Float32Array.from(await forward().y.data()),
    gradient: Float32Array.from((await x.gradient?.data()) ?? []),
  };
}

function expectClose(found: Float32Array, expected: Float32Array): void {
  expect(found).toHaveLength(expected.length);
  found.forEach((value, i) => expect(value).toBeCloseTo(expected[i] ?? Number.NaN, 3));
}

describe.each(backends)('on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  test.each(cases)(
    '$height×$width pixels in patches of $side are a convolution, there and back',
    async (shape) => {
      const expected = await reference(shape);
      await tf.setBackend(backend);
      const found = await ours(shape);
      expectClose(found.output, expected.output);
      expectClose(found.gradient, expected.gradient);
    },
  );
});
