/** One step of AdamW (Loshchilov & Hutter 2019) over all parameters, in one pass. */
import * as tf from '@tensorflow/tfjs';
import { acceleratedWebgpu } from './acceleration.ts';
import { launchEach } from './launch.ts';
import { simdAdamW } from './wasm/simd-adamw.ts';
import { currentSimd } from './wasm/simd.ts';

/** All [n], in one order. */
export interface AdamWState<T = tf.Tensor> {
  readonly parameters: T;
  readonly momentum: T;
  readonly variance: T;
}

/** What a step is made of, for the t-th one. */
export interface AdamWFactors {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** 1 − learning rate · weight decay. */
  readonly kept: number;
  /** Learning rate / (1 − β1ᵗ). */
  readonly rate: number;
  /** √(1 − β2ᵗ). */
  readonly correction: number;
}

/** Null where the backend does not run our kernels. */
export function adamWKernel(
  { parameters, momentum, variance }: AdamWState,
  gradient: tf.Tensor,
  { beta1, beta2, epsilon, kept, rate, correction }: AdamWFactors,
): AdamWState | null {
  const simd = currentSimd();
  const factorsOfStep = { beta1, beta2, epsilon, kept, rate, correction };
  if (simd) return simdAdamW(simd, { parameters, momentum, variance }, gradient, factorsOfStep);
  const backend = acceleratedWebgpu();
  if (!backend) return null;
  const shape = parameters.shape;
  // A tensor, because its numbers change with every step and sizes are written once.
  const factors = tf.tensor1d([beta1, beta2, epsilon, kept, rate, correction]);
  const inputs = { parameters, momentum, variance, gradient, factors };
  const made = launchEach(backend, {
    name: 'adamw',
    inputs,
    outputs: { nextParameters: shape, nextMomentum: shape, nextVariance: shape },
    scalars: [...Object.keys(inputs), 'nextParameters', 'nextMomentum', 'nextVariance'],
    sizes: {},
    count: parameters.size,
    body: () => /* wgsl */ `
      let slope = gradient[index];
      let m = momentum[index] * factors[0] + slope * (1.0 - factors[0]);
      let v = variance[index] * factors[1] + slope * slope * (1.0 - factors[1]);
      let denominator = sqrt(v) / factors[5] + factors[2];
      nextParameters[index] = parameters[index] * factors[3] - m / denominator * factors[4];
      nextMomentum[index] = m;
      nextVariance[index] = v;
    `,
  });
  factors.dispose();
  return {
    parameters: made.nextParameters,
    momentum: made.nextMomentum,
    variance: made.nextVariance,
  };
}
