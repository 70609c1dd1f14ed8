import * as tf from '@tensorflow/tfjs';
import { maskKernel, maskNumbers, type Mask } from '../kernels/dropout.ts';

/** A step's seed: as it was handed to the step, and as a number for backends without our kernels. */
export interface NoiseSeed {
  readonly tensor: tf.Tensor;
  readonly value: number;
}

/** 0 with the mask's rate, otherwise 1 / (1 − rate); the same on every backend. */
export function dropoutMask(seed: NoiseSeed, shape: readonly number[], mask: Mask): tf.Tensor {
  const made = maskKernel(seed.tensor, shape, mask);
  if (made) return made;
  const size = tf.util.sizeFromShape([...shape]);
  return tf.tensor(maskNumbers(seed.value, size, mask), [...shape]);
}
