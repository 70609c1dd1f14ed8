import type * as tf from '@tensorflow/tfjs';
import { currentSimd, type Simd } from './simd.ts';

/** x ⊙ scale + shift over the last axis, each [C] and each optional; null where our kernels do not run. */
export function simdChannels(
  x: tf.Tensor,
  scale: tf.Tensor | undefined,
  shift: tf.Tensor | undefined,
): tf.Tensor | null {
  const simd = currentSimd();
  if (!simd) return null;
  const output = simd.output(x.shape);
  changeChannels(simd, x, scale, shift, output);
  return output;
}

/** Writes x ⊙ scale + shift to `output`. */
export function changeChannels(
  simd: Simd,
  x: tf.TensorInfo,
  scale: tf.TensorInfo | undefined,
  shift: tf.TensorInfo | undefined,
  output: tf.TensorInfo,
): void {
  const columns = x.shape.at(-1) ?? 1;
  const rows = x.shape.slice(0, -1).reduce((product, side) => product * side, 1);
  const units = Math.ceil(rows / simd.exports.constant('CHANNEL_ROWS'));
  const [from, to] = [simd.address(x), simd.address(output)];
  simd.run('AFFINE', units, [from, to, rows, columns, simd.address(scale), simd.address(shift)]);
}
