import * as tf from '@tensorflow/tfjs';
import { traced, type Value } from '../autograd.ts';
import { crossEntropyKernel } from '../kernels/cross-entropy.ts';

interface Judgement {
  readonly loss: Value;
  /** Weighted share of the samples whose largest logit is where their largest target is, a scalar. */
  readonly hits: tf.Tensor;
}

/**
 * Cross entropy of logits [B, K] against target distributions [B, K], weighted by [B] and
 * divided by B, as a scalar. Samples of weight 0 only pad the batch: every image of an epoch
 * weighs the same, so a short last batch moves the network less, not as much on fewer images.
 * To be differentiated as the loss itself.
 */
export function crossEntropy(logits: Value, targets: tf.Tensor2D, weights: tf.Tensor1D): Judgement {
  const { loss, hits, gradient } =
    crossEntropyKernel(logits.tensor, targets, weights) ??
    crossEntropyReference(logits.tensor, targets, weights);
  const value = traced(loss, { logits }, { gradient }, (_, kept) => ({
    logits: () => kept.gradient.clone(),
  }));
  return { loss: value, hits };
}

/** In plain ops: what runs without our kernels, and the kernel's test. */
export function crossEntropyReference(
  logits: tf.Tensor,
  targets: tf.Tensor,
  weights: tf.Tensor,
): Record<'loss' | 'hits' | 'gradient', tf.Tensor> {
  const share = tf.div(weights, weights.size);
  const logProbabilities: tf.Tensor = tf.logSoftmax(logits);
  const perSample = tf.neg(tf.sum(tf.mul(targets, logProbabilities), 1));
  const areRight = tf.equal(tf.argMax(logits, 1), tf.argMax(targets, 1)).toFloat();
  const difference = tf.sub(tf.exp(logProbabilities), targets);
  return {
    loss: tf.sum(tf.mul(perSample, share)),
    hits: tf.sum(tf.mul(areRight, share)),
    gradient: tf.mul(difference, share.reshape([-1, 1])),
  };
}
