import * as tf from '@tensorflow/tfjs';
import { asMatrix } from './matmul.ts';

/** Sum over all but the last axis: [..., C] → [C]. */
export function sumRows(x: tf.Tensor): tf.Tensor1D {
  return tf.sum(asMatrix(x), 0);
}

/** Sum of a ⊙ b over all but the last axis: [..., C] → [C]. */
export function sumRowsOfProduct(a: tf.Tensor, b: tf.Tensor): tf.Tensor1D {
  return tf.sum(tf.mul(asMatrix(a), asMatrix(b)), 0);
}
