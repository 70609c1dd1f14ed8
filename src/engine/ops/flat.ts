import * as tf from '@tensorflow/tfjs';
import { joinKernel, overwriteKernel } from '../kernels/flat.ts';

/** All elements of all tensors, one after the other: [n]. */
export function join(tensors: readonly tf.Tensor[]): tf.Tensor1D {
  return joinKernel(tensors) ?? tf.concat1d(tensors.map((tensor) => tensor.as1D()));
}

/** Writes a vector's numbers over those of tensors, in order; false where a tensor's numbers cannot change. */
export function overwrite(tensors: readonly tf.Tensor[], flat: tf.Tensor1D): boolean {
  return overwriteKernel(tensors, flat);
}

/** Takes a vector apart into tensors of these shapes, in order. */
export function split(flat: tf.Tensor1D, shapes: readonly (readonly number[])[]): tf.Tensor[] {
  let offset = 0;
  return shapes.map((shape) => {
    const size = tf.util.sizeFromShape([...shape]);
    const part = tf.slice1d(flat, offset, size).reshape([...shape]);
    offset += size;
    return part;
  });
}
