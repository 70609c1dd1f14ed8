import type * as tf from '@tensorflow/tfjs';
import { currentSimd } from './simd.ts';

export type Operation = 'GELU' | 'GELU_GRADIENT' | 'ADD' | 'MULTIPLY' | 'RELU' | 'RELU_GRADIENT';

/** One operation over every number of tensors of one shape; null where our kernels do not run. */
export function simdElementwise(operation: Operation, a: tf.Tensor, b = a): tf.Tensor | null {
  const simd = currentSimd();
  if (!simd) return null;
  const { constant } = simd.exports;
  const output = simd.output(a.shape);
  const addresses = [a, b, output].map((tensor) => simd.address(tensor));
  const units = Math.ceil(a.size / constant('UNIT'));
  simd.run('ELEMENTWISE', units, [constant(operation), ...addresses, a.size]);
  return output;
}
