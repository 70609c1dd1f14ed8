import * as tf from '@tensorflow/tfjs';
import { traced, type Value } from '../autograd.ts';

/** Max pooling, x [B, H, W, C]; what is padded never wins. */
export function maxPool(x: Value, size: number, stride: number, padding: number): Value {
  const input = x.tensor as tf.Tensor4D;
  const output = tf.maxPool(input, size, stride, padding);
  return traced(output, { x }, { input, output }, (g, kept) => ({
    x: () => maxPoolGradient(g, kept.input, kept.output, size, stride, padding),
  }));
}

/** Mean over rows and columns: [B, H, W, C] → [B, C]. */
export function globalAveragePool(x: Value): Value {
  const [batch = 0, rows = 0, columns = 0, channels = 0] = x.shape;
  return traced(tf.mean(x.tensor, [1, 2]), { x }, {}, (g) => ({
    x: () => {
      const share = tf.div(g, rows * columns).reshape([batch, 1, 1, channels]);
      return tf.tile(share, [1, rows, columns, 1]);
    },
  }));
}

function maxPoolGradient(
  gradient: tf.Tensor,
  input: tf.Tensor,
  output: tf.Tensor,
  size: number,
  stride: number,
  padding: number,
): tf.Tensor {
  const attributes = { filterSize: size, strides: stride, pad: padding };
  return tf.engine().runKernel(tf.MaxPoolGrad, { dy: gradient, input, output }, attributes);
}
