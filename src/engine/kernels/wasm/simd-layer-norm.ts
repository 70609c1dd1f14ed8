import type * as tf from '@tensorflow/tfjs';
import { currentSimd, fraction } from './simd.ts';
import { partsOf, sumOfParts } from './simd-sums.ts';

/** What a layer norm computes, and what its gradient needs of it. */
export interface Normalised {
  /** [N, C] */
  readonly output: tf.Tensor;
  /** Mean of every row, [N]. */
  readonly mean: tf.Tensor;
  /** 1 / √(variance + epsilon) of every row, [N]. */
  readonly inverse: tf.Tensor;
}

interface NormGradients {
  readonly x: tf.Tensor | undefined;
  readonly weight: tf.Tensor1D | undefined;
  readonly bias: tf.Tensor1D | undefined;
}

/** weight ⊙ (x − mean) / √(variance + epsilon) + bias over rows [N, C]; null where our kernels do not run. */
export function simdLayerNorm(
  x: tf.Tensor2D,
  weight: tf.Tensor,
  bias: tf.Tensor,
  epsilon: number,
): Normalised | null {
  const simd = currentSimd();
  if (!simd) return null;
  const [rows, columns] = x.shape;
  const output = simd.output(x.shape);
  const [mean, inverse] = [simd.output([rows]), simd.output([rows])];
  simd.run('LAYER_NORM', Math.ceil(rows / simd.exports.constant('NORM_ROWS')), [
    ...[simd.address(x), simd.address(output), rows, columns],
    ...[simd.address(weight), simd.address(bias), fraction(epsilon)],
    ...[simd.address(mean), simd.address(inverse)],
  ]);
  return { output, mean, inverse };
}

/** Gradients of a layer norm: of x, and of weight and bias, as they are wanted. Null where our kernels do not run. */
export function simdLayerNormGradient(
  gradient: tf.Tensor2D,
  x: tf.Tensor2D,
  weight: tf.Tensor,
  { mean, inverse }: Pick<Normalised, 'mean' | 'inverse'>,
  wanted: { readonly x: boolean; readonly parameters: boolean },
): NormGradients | null {
  const simd = currentSimd();
  if (!simd) return null;
  const [rows, columns] = x.shape;
  const parts = partsOf(rows);
  const partBytes = 4 * parts.count * columns;
  const gX = wanted.x ? simd.output(x.shape) : undefined;
  return simd.lend(wanted.parameters ? 2 * partBytes : 4, (lent) => {
    const [weights, biases] = wanted.parameters ? [lent, lent + partBytes] : [0, 0];
    simd.run('LAYER_NORM_GRADIENT', parts.count, [
      ...[simd.address(gradient), simd.address(x), rows, columns, simd.address(weight)],
      ...[simd.address(mean), simd.address(inverse), parts.rows],
      ...[simd.address(gX), weights, biases],
    ]);
    const total = (address: number): tf.Tensor1D | undefined =>
      wanted.parameters ? sumOfParts(simd, address, parts.count, columns) : undefined;
    return { x: gX, weight: total(weights), bias: total(biases) };
  });
}
