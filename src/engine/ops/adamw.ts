import * as tf from '@tensorflow/tfjs';
import { adamWKernel, type AdamWFactors, type AdamWState } from '../kernels/adamw.ts';

export { factorVector, type AdamWFactors } from '../kernels/adamw.ts';

/**
 * One step of AdamW with decoupled weight decay (Loshchilov & Hutter 2019), step for step as
 * torch.optim.AdamW: m ← β1 m + (1 − β1) g, v ← β2 v + (1 − β2) g²,
 * θ ← kept · θ − rate · m / (√v / correction + ε). All tensors [n], but for `vector`, which is
 * `factorVector(factors)`. Where the device can, the state's own tensors change and come back.
 */
export function adamW(
  state: AdamWState,
  gradient: tf.Tensor,
  factors: AdamWFactors,
  vector: tf.Tensor,
): AdamWState {
  return adamWKernel(state, gradient, factors, vector) ?? adamWReference(state, gradient, factors);
}

/** In plain ops: what runs without our kernels, and the kernel's test. */
export function adamWReference(
  { parameters, momentum, variance }: AdamWState,
  gradient: tf.Tensor,
  { beta1, beta2, epsilon, kept, rate, correction }: AdamWFactors,
): AdamWState {
  const m = tf.add(tf.mul(momentum, beta1), tf.mul(gradient, 1 - beta1));
  const v = tf.add(tf.mul(variance, beta2), tf.mul(tf.square(gradient), 1 - beta2));
  const denominator = tf.add(tf.div(tf.sqrt(v), correction), epsilon);
  const next = tf.sub(tf.mul(parameters, kept), tf.mul(tf.div(m, denominator), rate));
  return { parameters: next, momentum: m, variance: v };
}
