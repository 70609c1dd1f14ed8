import type * as tf from '@tensorflow/tfjs';
import type { Simd } from './simd.ts';

/** Writes x ⊙ scale + shift over the last axis, each [C] and each optional, to `output`. */
export function changeChannels(
  simd: Simd,
  x: tf.TensorInfo,
  scale: tf.TensorInfo | undefined,
  shift: tf.TensorInfo | undefined,
  output: tf.TensorInfo,
): void {
  const [rows, columns] = rowsOf(x);
  const units = Math.ceil(rows / simd.exports.constant('CHANNEL_ROWS'));
  const [from, to] = [simd.address(x), simd.address(output)];
  simd.run('AFFINE', units, [from, to, rows, columns, simd.address(scale), simd.address(shift)]);
}

/** gradient ⊙ GELU'(x ⊙ scale + shift): the twin of `geluGradientKernel` in `../gelu.ts`. */
export function simdGeluGradient(
  simd: Simd,
  gradient: tf.Tensor,
  x: tf.Tensor,
  { scale, shift }: { readonly scale?: tf.Tensor; readonly shift?: tf.Tensor },
): tf.Tensor {
  const output = simd.output(x.shape);
  const [rows, columns] = rowsOf(x);
  simd.run('GELU_GRADIENT', Math.ceil(rows / simd.exports.constant('CHANNEL_ROWS')), [
    ...[simd.address(gradient), simd.address(x), simd.address(output), rows, columns],
    ...[simd.address(scale), simd.address(shift)],
  ]);
  return output;
}

function rowsOf({ shape }: tf.TensorInfo): [number, number] {
  return [shape.slice(0, -1).reduce((product, side) => product * side, 1), shape.at(-1) ?? 1];
}
