import * as tf from '@tensorflow/tfjs';
import { matmulKernel } from '../kernels/matmul.ts';
import { currentSimd } from '../kernels/wasm/simd.ts';
import type { Param } from '../params.ts';

/** a · b over the last two axes, either side transposed first if asked; leading axes are alike. */
export function matmul<T extends tf.Tensor>(a: T, b: T, transposeA = false, transposeB = false): T {
  return matmulKernel(a, b, transposeA, transposeB) ?? tf.matMul(a, b, transposeA, transposeB);
}

/** TensorFlow.js on WebAssembly multiplies fast only where neither side is transposed, so a transposed copy is kept. */
const needsPlainLayout = (): boolean => tf.getBackend() === 'wasm' && !currentSimd();

const transpose = (matrix: tf.Tensor2D): tf.Tensor2D => tf.transpose(matrix);

/**
 * x · Wᵀ + bias with x [N, in], W [out, in], bias [out] → [N, out]. A kernel [out, c, h, w] counts as
 * [out, c·h·w].
 */
export function timesTransposed(
  x: tf.Tensor2D,
  weight: Param,
  bias: tf.Tensor | undefined,
): tf.Tensor {
  if (!needsPlainLayout()) return matmulPlus(x, weightMatrix(weight.value.tensor), true, bias);
  const columns = weight.derived('transposed', (tensor) => transpose(weightMatrix(tensor)));
  return matmulPlus(x, asMatrix(columns), false, bias);
}

/** Numbers of a weight so small that a dispatch costs more than its product. */
const HEAD = 2 ** 14;

function matmulPlus(
  a: tf.Tensor2D,
  b: tf.Tensor2D,
  transposeB: boolean,
  bias: tf.Tensor | undefined,
): tf.Tensor {
  // TensorFlow.js takes a bias along; on WebAssembly its product with one ignores our kernels.
  if (bias && tf.getBackend() === 'webgpu' && b.size <= HEAD) {
    return tf.fused.matMul({ a, b, transposeA: false, transposeB, bias });
  }
  const product = matmul(a, b, false, transposeB);
  return bias ? tf.add(product, bias) : product;
}

/** A layer's weight as [out, in]. */
export function weightMatrix(weight: tf.Tensor): tf.Tensor2D {
  const [rows] = weight.shape;
  return weight.reshape([rows, weight.size / rows]);
}

/** aᵀ · b with a [N, m], b [N, n] → [m, n]. */
export function transposedTimes(a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor2D {
  return transposedFactor(a)(b);
}

/** b ↦ aᵀ · b for many b: where a must be turned around for it, that is done once. */
export function transposedFactor(a: tf.Tensor2D): (b: tf.Tensor2D) => tf.Tensor2D {
  if (!needsPlainLayout()) return (b) => matmul(a, b, true, false);
  const rows = transpose(a);
  return (b) => matmul(rows, b);
}

/** Sees a tensor as [rows, last axis]. */
export function asMatrix(tensor: tf.Tensor): tf.Tensor2D {
  const columns = tensor.shape.at(-1);
  if (!columns) return tensor.reshape([1, 1]);
  return tensor.reshape([tensor.size / columns, columns]);
}
