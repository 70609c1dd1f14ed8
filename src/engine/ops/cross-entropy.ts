import * as tf from '@tensorflow/tfjs';
import { traced, type Value } from '../autograd.ts';

/**
 * Mean cross entropy of logits [B, K] against target distributions [B, K], over the samples
 * whose weight [B] is 1; samples of weight 0 only pad the batch. Returns a scalar.
 */
export function crossEntropy(logits: Value, targets: tf.Tensor2D, weights: tf.Tensor1D): Value {
  const count = tf.sum(weights);
  const logProbabilities = tf.logSoftmax(logits.tensor as tf.Tensor2D);
  const perSample = tf.neg(tf.sum(tf.mul(targets, logProbabilities), 1));
  const loss = tf.div(tf.sum(tf.mul(perSample, weights)), count);
  const kept = { logProbabilities, targets, share: tf.div(weights, count) };
  return traced(loss, { logits }, kept, (_, given) => ({
    logits: () => {
      const difference = tf.sub(tf.exp(given.logProbabilities), given.targets);
      return tf.mul(difference, given.share.reshape([-1, 1]));
    },
  }));
}
