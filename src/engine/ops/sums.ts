import * as tf from '@tensorflow/tfjs';
import { channelSums } from '../kernels/channel-sums.ts';
import { asMatrix } from './matmul.ts';

/** Sum over all but the last axis: [..., C] → [C]. */
export function sumRows(x: tf.Tensor): tf.Tensor1D {
  const rows = asMatrix(x);
  return channelSums({ g: rows, plain: true })?.sum?.as1D() ?? tf.sum(rows, 0);
}

/** Sum of a ⊙ b over all but the last axis: [..., C] → [C]. */
export function sumRowsOfProduct(a: tf.Tensor, b: tf.Tensor): tf.Tensor1D {
  const [g, u] = [asMatrix(a), asMatrix(b)];
  return channelSums({ g, u, plain: false })?.products?.as1D() ?? tf.sum(tf.mul(g, u), 0);
}

/** Both at once: Σ a and Σ a ⊙ b. */
export function sumRowsTwice(a: tf.Tensor, b: tf.Tensor): Record<'sum' | 'products', tf.Tensor> {
  const { sum, products } = channelSums({ g: asMatrix(a), u: asMatrix(b), plain: true }) ?? {};
  return { sum: sum ?? sumRows(a), products: products ?? sumRowsOfProduct(a, b) };
}
