import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { useBackend } from '../../testing/devices.ts';
import { largestDifference } from '../../testing/largest-difference.ts';
import { crossEntropyKernel } from '../kernels/cross-entropy.ts';
import { crossEntropyReference } from './cross-entropy.ts';

beforeAll(() => useBackend('webgpu'));

test.each([
  { rows: 1, classes: 1 },
  { rows: 3, classes: 5 },
  { rows: 130, classes: 11 },
  { rows: 16, classes: 1000 },
])('$rows rows of $classes classes are judged as the reference does', async (shape) => {
  const { rows, classes } = shape;
  const logits = tf.randomNormal([rows, classes], 0, 30, 'float32', 1);
  const targets = tf.softmax(tf.randomNormal([rows, classes], 0, 5, 'float32', 2));
  const weights = tf.randomUniform([rows], 0, 1, 'float32', 3);
  const expected = crossEntropyReference(logits, targets, weights);
  const ours = crossEntropyKernel(logits, targets, weights);
  for (const name of ['loss', 'hits', 'gradient'] as const) {
    expect(await largestDifference(ours?.[name] ?? null, expected[name])).toBeLessThan(1e-4);
  }
});

test('targets may have been integers', async () => {
  const logits = tf.tensor2d([[1, 3, 0]]);
  const targets = tf.oneHot(tf.tensor1d([1], 'int32'), 3).toFloat();
  const expected = crossEntropyReference(logits, targets, tf.ones([1]));
  const judged = crossEntropyKernel(logits, targets, tf.ones([1]));
  expect(await largestDifference(judged?.loss ?? null, expected.loss)).toBeLessThan(1e-5);
});

test('a logit that is no number makes the loss none', async () => {
  const logits = tf.tensor2d([[1, Number.NaN, 0]]);
  const judged = crossEntropyKernel(logits, tf.tensor2d([[1, 0, 0]]), tf.ones([1]));
  const [loss = 0] = (await judged?.loss.data()) ?? [];
  expect(loss).toBeNaN();
});
