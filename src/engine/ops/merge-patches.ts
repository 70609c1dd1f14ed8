import * as tf from '@tensorflow/tfjs';
import { traced, type Value } from '../autograd.ts';
import { operation } from '../operation.ts';

/**
 * Four neighbours become one position: x [B, H, W, C] → [B, ⌈H/2⌉, ⌈W/2⌉, 4C], channels of the
 * upper left one first, then lower left, upper right, lower right, as timm's PatchMerging. An odd
 * edge is filled up with zeros.
 */
export const mergePatches = operation('mergePatches', (x: Value): Value => {
  const [batch = 0, height = 0, width = 0, channels = 0] = x.shape;
  const rows = Math.ceil(height / 2);
  const columns = Math.ceil(width / 2);
  const below: [number, number] = [0, rows * 2 - height];
  const right: [number, number] = [0, columns * 2 - width];
  const isWhole = below[1] + right[1] === 0;
  const padded = isWhole ? x.tensor : tf.pad(x.tensor, [[0, 0], below, right, [0, 0]]);
  const pairs = padded.reshape([batch * rows, 2, columns * 2, channels]);
  const columnwise = tf.transpose(pairs, [0, 2, 1, 3]); // [B·rows, W, 2, C]
  return traced(columnwise.reshape([batch, rows, columns, 4 * channels]), { x }, {}, (g) => ({
    x: () => {
      const back = tf.transpose(g.reshape(columnwise.shape), [0, 2, 1, 3]);
      const whole = back.reshape([batch, rows * 2, columns * 2, channels]);
      return tf.slice(whole, [0, 0, 0, 0], [batch, height, width, channels]);
    },
  }));
});
