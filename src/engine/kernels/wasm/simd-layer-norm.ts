/** The WebAssembly twins of the kernels in `../layer-norm.ts`. */
import type * as tf from '@tensorflow/tfjs';
import type { Normalised } from '../layer-norm.ts';
import { fraction, type Simd } from './simd.ts';

export function simdLayerNorm(
  simd: Simd,
  x: tf.Tensor,
  weight: tf.Tensor,
  bias: tf.Tensor,
  epsilon: number,
): Normalised {
  const [rows = 0, columns = 0] = x.shape;
  const output = simd.output(x.shape);
  const statistics = simd.output([rows, 2]);
  simd.run('LAYER_NORM', unitsOf(simd, rows), [
    ...[simd.address(x), simd.address(output), rows, columns],
    ...[simd.address(weight), simd.address(bias), fraction(epsilon), simd.address(statistics)],
  ]);
  return { output, statistics };
}

export function simdLayerNormGradient(
  simd: Simd,
  g: tf.Tensor,
  x: tf.Tensor,
  weight: tf.Tensor,
  statistics: tf.Tensor,
  { earlier, keep }: { readonly earlier: tf.Tensor | undefined; readonly keep: boolean },
): { gradient: tf.Tensor; normalised: tf.Tensor | undefined } {
  const [rows = 0, columns = 0] = x.shape;
  const gradient = simd.output(x.shape);
  const normalised = keep ? simd.output(x.shape) : undefined;
  simd.run('LAYER_NORM_GRADIENT', unitsOf(simd, rows), [
    ...[simd.address(g), simd.address(x), rows, columns, simd.address(weight)],
    ...[statistics, gradient, earlier, normalised].map((tensor) => simd.address(tensor)),
  ]);
  return { gradient, normalised };
}

function unitsOf(simd: Simd, rows: number): number {
  return Math.ceil(rows / simd.exports.constant('NORM_ROWS'));
}
