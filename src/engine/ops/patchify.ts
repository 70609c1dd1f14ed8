import * as tf from '@tensorflow/tfjs';
import { traced, type Value } from '../autograd.ts';
import { operation } from '../operation.ts';
import { patchesKernel, unpatchKernel } from '../kernels/patches.ts';

/**
 * Cuts x [B, H, W, C] into patches that do not overlap: [B, ⌊H/P⌋, ⌊W/P⌋, C·P·P], each in PyTorch's
 * order (channel, row, column), so that a P×P convolution of stride P is a linear layer over them.
 * Rows and columns that fill no whole patch are left out.
 */
export const patchify = operation('patchify', (x: Value, side: number): Value => {
  const output = patchesKernel(x.tensor, side);
  if (!output) return patchifyReference(x, side);
  return traced(output, { x }, {}, (g) => ({
    x: () => {
      const image = unpatchKernel(g, x.shape, side);
      if (image) return image;
      throw new Error('The kernel that carries gradients back runs where the other ran.');
    },
  }));
});

/** In plain ops: what runs without our kernels, and the kernel's test. */
export function patchifyReference(x: Value, side: number): Value {
  const [batch = 0, height = 0, width = 0, channels = 0] = x.shape;
  const rows = Math.floor(height / side);
  const columns = Math.floor(width / side);
  const cropped = tf.slice(x.tensor, [0, 0, 0, 0], [batch, rows * side, columns * side, channels]);
  const strips = cropped.reshape([batch * rows, side, columns, side * channels]);
  const perPatch = tf.transpose(strips, [0, 2, 1, 3]); // [B·rows, columns, P, P·C]
  const pixels = perPatch.reshape([batch * rows * columns, side * side, channels]);
  const ordered = tf.transpose(pixels, [0, 2, 1]); // [B·n, C, P·P]
  const output = ordered.reshape([batch, rows, columns, channels * side * side]);
  return traced(output, { x }, {}, (g) => ({
    x: () => {
      const patches = g.reshape([batch * rows * columns, channels, side * side]);
      const unordered = tf.transpose(patches, [0, 2, 1]); // [B·n, P·P, C]
      const grid = unordered.reshape([batch * rows, columns, side, side * channels]);
      const image = tf.transpose(grid, [0, 2, 1, 3]).reshape(cropped.shape);
      const below: [number, number] = [0, height - rows * side];
      const right: [number, number] = [0, width - columns * side];
      return below[1] + right[1] > 0 ? tf.pad(image, [[0, 0], below, right, [0, 0]]) : image;
    },
  }));
}
