import * as tf from '@tensorflow/tfjs';
import { expect } from 'vitest';

/** Between what a kernel made and its reference; fails where the kernel did not run or shapes differ. */
export async function largestDifference(
  ours: tf.Tensor | null,
  reference: tf.Tensor,
): Promise<number> {
  if (!ours) throw new Error('The kernel runs on these tensors.');
  expect(ours.shape).toEqual(reference.shape);
  const [difference = Number.NaN] = await tf.max(tf.abs(tf.sub(ours, reference))).data();
  return difference;
}
