import * as tf from '@tensorflow/tfjs';
import { traced, type Value } from '../autograd.ts';
import { operation } from '../operation.ts';
import { maxPoolGradientKernel, maxPoolKernel } from '../kernels/max-pool.ts';

/** Max pooling, x [B, H, W, C]; what is padded never wins. */
export const maxPool = operation(
  'maxPool',
  (x: Value, size: number, stride: number, padding: number): Value => {
    const windows = { size, stride, padding };
    const made = maxPoolKernel(x.tensor, windows);
    if (!made) return maxPoolReference(x, size, stride, padding);
    const { output, winners } = made;
    return traced(output, { x }, { winners }, (g, kept) => ({
      x: () => maxPoolGradientKernel(g, kept.winners, x.shape, windows),
    }));
  },
);

/** By TensorFlow.js: what runs without our kernels, and the kernels' test. */
export function maxPoolReference(x: Value, size: number, stride: number, padding: number): Value {
  const input = x.tensor as tf.Tensor4D;
  const output = tf.maxPool(input, size, stride, padding);
  return traced(output, { x }, { input, output }, (g, kept) => ({
    x: () => maxPoolGradient(g, kept.input, kept.output, size, stride, padding),
  }));
}

/**
 * Mean of every 2×2 window, stride 2: x [B, H, W, C] → [B, ⌈H/2⌉, ⌈W/2⌉, C]. At an odd edge it is
 * the mean of what is there, as torch.nn.AvgPool2d's with `ceil_mode` and without `count_include_pad`.
 */
export const averagePool = operation('averagePool', (x: Value): Value => {
  const output = tf.avgPool(x.tensor as tf.Tensor4D, 2, 2, 'same');
  return traced(output, { x }, {}, (g) => ({ x: () => averagePoolGradient(g, x.shape) }));
});

/** Mean over rows and columns: [B, H, W, C] → [B, C]. */
export const globalAveragePool = operation('globalAveragePool', (x: Value): Value => {
  const [batch = 0, rows = 0, columns = 0, channels = 0] = x.shape;
  return traced(tf.mean(x.tensor, [1, 2]), { x }, {}, (g) => ({
    x: () => {
      const share = tf.div(g, rows * columns).reshape([batch, 1, 1, channels]);
      return tf.tile(share, [1, rows, columns, 1]);
    },
  }));
});

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

/** Every pixel gets its window's gradient over the number of pixels in that window. */
function averagePoolGradient(gradient: tf.Tensor, inputShape: readonly number[]): tf.Tensor {
  const [batch = 0, height = 0, width = 0, channels = 0] = inputShape;
  const [, rows = 0, columns = 0] = gradient.shape;
  const share = tf.div(gradient, windowSizes(rows, columns, height, width));
  const wide = tf.tile(share.reshape([batch * rows * columns, 1, channels]), [1, 2, 1]);
  const both = tf.tile(wide.reshape([batch * rows, 1, columns * 2 * channels]), [1, 2, 1]);
  const whole = both.reshape([batch, rows * 2, columns * 2, channels]);
  return tf.slice(whole, [0, 0, 0, 0], [batch, height, width, channels]);
}

/** Pixels under each window: 4, and fewer at an odd edge, [1, rows, columns, 1]. */
function windowSizes(rows: number, columns: number, height: number, width: number): tf.Tensor {
  const there: tf.Tensor4D = tf.pad(tf.ones([1, height, width, 1]), [
    [0, 0],
    [0, rows * 2 - height],
    [0, columns * 2 - width],
    [0, 0],
  ]);
  return tf.mul(tf.avgPool(there, 2, 2, 'valid'), 4);
}
