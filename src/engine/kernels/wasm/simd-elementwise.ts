import type * as tf from '@tensorflow/tfjs';
import { currentSimd, type Simd } from './simd.ts';

type Operation = 'GELU' | 'ADD' | 'MULTIPLY' | 'RELU' | 'RELU_GRADIENT';

/** One operation over every number of tensors of one shape; null where our kernels do not run. */
export function simdElementwise(operation: Operation, a: tf.Tensor, b = a): tf.Tensor | null {
  const simd = currentSimd();
  if (!simd) return null;
  const output = simd.output(a.shape);
  runElementwise(simd, operation, a, b, output);
  return output;
}

/** Writes the operation's results to `output`. */
export function runElementwise(
  simd: Simd,
  operation: Operation,
  a: tf.TensorInfo,
  b: tf.TensorInfo,
  output: tf.TensorInfo,
): void {
  const { constant } = simd.exports;
  const size = a.shape.reduce((product, side) => product * side, 1);
  const addresses = [a, b, output].map((tensor) => simd.address(tensor));
  const units = Math.ceil(size / constant('UNIT'));
  simd.run('ELEMENTWISE', units, [constant(operation), ...addresses, size]);
}
