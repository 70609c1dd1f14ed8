import * as tf from '@tensorflow/tfjs';
import { simdSumRows, simdSumRowsOfProduct } from '../kernels/wasm/simd-sums.ts';
import { asMatrix } from './matmul.ts';

/** Sum over all but the last axis: [..., C] → [C]. */
export function sumRows(x: tf.Tensor): tf.Tensor1D {
  const rows = asMatrix(x);
  return simdSumRows(rows) ?? tf.sum(rows, 0);
}

/** Sum of a ⊙ b over all but the last axis: [..., C] → [C]. */
export function sumRowsOfProduct(a: tf.Tensor, b: tf.Tensor): tf.Tensor1D {
  const [left, right] = [asMatrix(a), asMatrix(b)];
  return simdSumRowsOfProduct(left, right) ?? tf.sum(tf.mul(left, right), 0);
}
