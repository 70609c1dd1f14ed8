/** The WebAssembly twin of the kernel in `../adamw.ts`. */
import type * as tf from '@tensorflow/tfjs';
import type { AdamWFactors, AdamWState } from '../adamw.ts';
import { fraction, type Simd } from './simd.ts';

export function simdAdamW(
  simd: Simd,
  { parameters, momentum, variance }: AdamWState,
  gradient: tf.Tensor,
  { beta1, beta2, epsilon, kept, rate, correction }: AdamWFactors,
): AdamWState {
  const next = {
    parameters: simd.output(parameters.shape),
    momentum: simd.output(parameters.shape),
    variance: simd.output(parameters.shape),
  };
  const tensors = [parameters, momentum, variance, gradient, ...Object.values(next)];
  simd.run('ADAMW', Math.ceil(parameters.size / simd.exports.constant('UNIT')), [
    ...tensors.map((tensor) => simd.address(tensor)),
    parameters.size,
    ...[beta1, beta2, epsilon, kept, rate, correction].map(fraction),
  ]);
  return next;
}
