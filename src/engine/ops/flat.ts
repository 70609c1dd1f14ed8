import * as tf from '@tensorflow/tfjs';
import { joinKernel, splitKernel } from '../kernels/flat.ts';

/** All elements of all tensors, one after the other: [n]. */
export function join(tensors: readonly tf.Tensor[]): tf.Tensor1D {
  return joinKernel(tensors) ?? tf.concat1d(tensors.map((tensor) => tensor.as1D()));
}

/** Takes a vector apart into tensors of these shapes, in order. */
export function split(flat: tf.Tensor1D, shapes: readonly (readonly number[])[]): tf.Tensor[] {
  const parts = splitKernel(flat, shapes);
  if (parts) return parts;
  let offset = 0;
  return shapes.map((shape) => {
    const size = tf.util.sizeFromShape([...shape]);
    const part = tf.slice1d(flat, offset, size).reshape([...shape]);
    offset += size;
    return part;
  });
}
