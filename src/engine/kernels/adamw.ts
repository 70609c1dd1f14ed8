/** One step of AdamW (Loshchilov & Hutter 2019) over all parameters, in one pass. */
import type * as tf from '@tensorflow/tfjs';
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

/** The numbers of `AdamWFactors` in the order in which the kernel reads them. */
export const factorVector = (factors: AdamWFactors): Float32Array => {
  const { beta1, beta2, epsilon, kept, rate, correction } = factors;
  return Float32Array.of(beta1, beta2, epsilon, kept, rate, correction);
};

/**
 * On WebGPU the state's own tensors change in place. Null where the backend does not run our kernels.
 * @param vector `factorVector(factors)` on the device.
 */
export function adamWKernel(
  { parameters, momentum, variance }: AdamWState,
  gradient: tf.Tensor,
  factors: AdamWFactors,
  vector: tf.Tensor,
): AdamWState | null {
  const simd = currentSimd();
  if (simd) return simdAdamW(simd, { parameters, momentum, variance }, gradient, factors);
  const backend = acceleratedWebgpu();
  if (!backend) return null;
  const state = { parameters, momentum, variance };
  return launchEach(backend, {
    name: 'adamw',
    inputs: { gradient, factors: vector },
    outputs: state,
    scalars: ['gradient', 'factors', ...Object.keys(state)],
    sizes: {},
    count: parameters.size,
    body: () => /* wgsl */ `
      let slope = gradient[index];
      let m = momentum[index] * factors[0] + slope * (1.0 - factors[0]);
      let v = variance[index] * factors[1] + slope * slope * (1.0 - factors[1]);
      let denominator = sqrt(v) / factors[5] + factors[2];
      parameters[index] = parameters[index] * factors[3] - m / denominator * factors[4];
      momentum[index] = m;
      variance[index] = v;
    `,
  });
}
