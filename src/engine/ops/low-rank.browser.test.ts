import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { backends, useBackend } from '../../testing/devices.ts';
import { differentiate, traced, Value } from '../autograd.ts';
import { Param } from '../params.ts';
import { linear, type Adaptation } from './linear.ts';
import type { Noise } from './low-rank.ts';

const ROWS = 6;
const INPUTS = 5;
const OUTPUTS = 7;
const RANK = 2;
const FACTOR = 1.5;
const RATE = 0.4;

const random = (shape: number[], seed: number): tf.Tensor =>
  tf.randomNormal(shape, 0, 1, 'float32', seed);

/** Every third number is dropped, so that the reference can drop the same ones. */
const everyThird: Noise = {
  dropout: (shape, rate) => {
    const size = shape.reduce((product, side) => product * side, 1);
    const kept = Array.from({ length: size }, (_, i) => (i % 3 === 0 ? 0 : 1 / (1 - rate)));
    return tf.tensor(kept, [...shape]);
  },
  repeatable: (run) => run,
};

const tensors = {
  x: () => random([ROWS, INPUTS], 1),
  down: () => random([RANK, INPUTS], 2),
  up: () => random([OUTPUTS, RANK], 3),
  scaleIn: () => random([INPUTS], 4),
  scaleOut: () => random([OUTPUTS], 5),
};
const weight = (): tf.Tensor => random([OUTPUTS, INPUTS], 6);
const bias = (): tf.Tensor => random([OUTPUTS], 7);
const importance = (): tf.Tensor => random([ROWS, OUTPUTS], 8);

/** The formula written out, differentiated by TensorFlow.js on its plain backend. */
async function reference(): Promise<Float32Array[]> {
  await tf.setBackend('cpu');
  const loss = (...[x, down, up, scaleIn, scaleOut]: tf.Tensor[]): tf.Scalar => {
    if (!x || !down || !up || !scaleIn || !scaleOut) throw new Error('There are five tensors.');
    const scaled = tf.mul(x, scaleIn);
    const plain = tf.matMul(scaled, weight(), false, true);
    const kept = tf.mul(scaled, everyThird.dropout(scaled.shape, RATE));
    const low = tf.matMul(tf.matMul(kept, down, false, true), up, false, true);
    const y = tf.mul(tf.add(tf.add(plain, tf.mul(low, FACTOR)), bias()), scaleOut);
    return tf.sum(tf.mul(y, importance()));
  };
  const gradients = tf.grads(loss)(Object.values(tensors).map((make) => make()));
  return Promise.all(gradients.map(async (g) => Float32Array.from(await g.data())));
}

async function frozen(name: string, tensor: tf.Tensor): Promise<Param> {
  const data = Float32Array.from(await tensor.data());
  return new Param(name, { shape: tensor.shape, data }, false);
}

async function ours(): Promise<Float32Array[]> {
  const leaf = (make: () => tf.Tensor): Value => new Value(make(), true);
  const x = leaf(tensors.x);
  const down = leaf(tensors.down);
  const up = leaf(tensors.up);
  const scaleIn = leaf(tensors.scaleIn);
  const scaleOut = leaf(tensors.scaleOut);
  const adaptation: Adaptation = {
    scaleIn,
    scaleOut,
    lowRank: { down, up, factor: FACTOR, dropout: { rate: RATE, noise: everyThird } },
  };
  const [w, b] = [await frozen('w', weight()), await frozen('b', bias())];
  differentiate(() => {
    const y = linear(x, w, b, adaptation);
    const loss = tf.sum(tf.mul(y.tensor, importance()));
    return traced(loss, { y }, {}, () => ({ y: () => importance() }));
  });
  return Promise.all(
    [x, down, up, scaleIn, scaleOut].map(async ({ gradient }) =>
      Float32Array.from((await gradient?.data()) ?? []),
    ),
  );
}

describe.each(backends)('a low-rank update with dropout on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  test('has the gradients of its formula written out', async () => {
    const mine = await ours();
    const expected = await reference();
    await useBackend(backend);
    mine.forEach((values, i) => {
      expect(values).toHaveLength(expected[i]?.length ?? -1);
      values.forEach((value, k) => expect(value).toBeCloseTo(expected[i]?.[k] ?? Number.NaN, 3));
    });
  });
});
