import * as tf from '@tensorflow/tfjs';
import { traced, type Value } from '../autograd.ts';

/**
 * Cross entropy of logits [B, K] against target distributions [B, K], weighted by [B] and
 * divided by B, as a scalar. Samples of weight 0 only pad the batch: every image of an epoch
 * weighs the same, so a short last batch moves the network less, not as much on fewer images.
 */
export function crossEntropy(logits: Value, targets: tf.Tensor2D, weights: tf.Tensor1D): Value {
  const share = tf.div(weights, weights.size);
  const logProbabilities = tf.logSoftmax(logits.tensor as tf.Tensor2D);
  const perSample = tf.neg(tf.sum(tf.mul(targets, logProbabilities), 1));
  const loss = tf.sum(tf.mul(perSample, share));
  const kept = { logProbabilities, targets, share };
  return traced(loss, { logits }, kept, (_, given) => ({
    logits: () => {
      const difference = tf.sub(tf.exp(given.logProbabilities), given.targets);
      return tf.mul(difference, given.share.reshape([-1, 1]));
    },
  }));
}
