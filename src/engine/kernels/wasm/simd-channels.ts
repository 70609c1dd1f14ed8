import type * as tf from '@tensorflow/tfjs';
import { currentSimd } from './simd.ts';

/** x ⊙ scale + shift over the last axis, each [C] and each optional; null where our kernels do not run. */
export function simdChannels(
  x: tf.Tensor,
  scale: tf.Tensor | undefined,
  shift: tf.Tensor | undefined,
): tf.Tensor | null {
  const simd = currentSimd();
  const columns = x.shape.at(-1);
  if (!simd || !columns) return null;
  const output = simd.output(x.shape);
  const rows = x.size / columns;
  const units = Math.ceil(rows / simd.exports.constant('CHANNEL_ROWS'));
  const [from, to, by, plus] = [x, output, scale, shift].map((tensor) => simd.address(tensor));
  simd.run('AFFINE', units, [from ?? 0, to ?? 0, rows, columns, by ?? 0, plus ?? 0]);
  return output;
}
