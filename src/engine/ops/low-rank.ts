/**
 * A low-rank update of a frozen weight, W + factor · B·A (LoRA, arXiv 2106.09685), kept apart
 * from W: two thin products forward, four backward, and never a gradient of W itself.
 */
import * as tf from '@tensorflow/tfjs';
import type { Value } from '../autograd.ts';
import { asMatrix, matmul, transposedTimes } from './matmul.ts';
import { scaleBy } from './channels.ts';

/** Random numbers for one training step. */
export interface Noise {
  /** Zero with this probability, otherwise 1 / (1 − rate): multiplies what is dropped out. */
  dropout(shape: readonly number[], rate: number): tf.Tensor;
  /** `run`, for which the same numbers are drawn every time. */
  repeatable<T>(run: () => T): () => T;
}

export interface LowRank {
  /** A [r, in], for a kernel [r, in·k·k] in the kernel's own order. */
  readonly down: Value;
  /** B [out, r]. */
  readonly up: Value;
  /** α / r. */
  readonly factor: number;
  /** Drops inputs of this branch out while training. */
  readonly dropout?: { readonly rate: number; readonly noise: Noise } | undefined;
}

/** What the backward pass needs of the forward one. */
export interface LowRankSaved {
  /** A times the input: [N, r]. */
  readonly hidden: tf.Tensor | undefined;
  readonly mask: tf.Tensor | undefined;
  readonly down: tf.Tensor | undefined;
  readonly up: tf.Tensor | undefined;
}

/** Applies A; how depends on whether the layer is linear or a convolution. */
type ApplyDown = (input: tf.Tensor, down: tf.Tensor) => tf.Tensor;

/** factor · B·A·x for the layer's (scaled) input. Returns the branch's output [..., out] and what to save. */
export function lowRankForward(
  input: tf.Tensor,
  update: LowRank | undefined,
  applyDown: ApplyDown,
): { output: tf.Tensor | undefined; kept: LowRankSaved } {
  if (!update) {
    return {
      output: undefined,
      kept: { hidden: undefined, mask: undefined, down: undefined, up: undefined },
    };
  }
  const { down, up, factor, dropout } = update;
  const mask =
    dropout && dropout.rate > 0 ? dropout.noise.dropout(input.shape, dropout.rate) : undefined;
  const hidden = applyDown(scaleBy(input, mask), down.tensor); // [..., r]
  const products = matmul(asMatrix(hidden), tf.transpose(matrixOf(up.tensor)));
  const output = tf.mul(products, factor).reshape([...hidden.shape.slice(0, -1), up.shape[0] ?? 0]);
  return { output, kept: { hidden, mask, down: down.tensor, up: up.tensor } };
}

/** ∂L/∂hidden = factor · g · B for g [N, out]: [N, r]. */
export function hiddenGradient(g: tf.Tensor2D, up: tf.Tensor, factor: number): tf.Tensor2D {
  return tf.mul(matmul(g, matrixOf(up)), factor);
}

/** ∂L/∂B = factor · gᵀ · hidden: [out, r]. */
export function upGradient(g: tf.Tensor2D, hidden: tf.Tensor, factor: number): tf.Tensor {
  return tf.mul(transposedTimes(g, asMatrix(hidden)), factor);
}

/** B·A · factor, [out, in·k·k]: what folds into W. */
export function lowRankProduct({ down, up, factor }: LowRank): tf.Tensor2D {
  return tf.mul(matmul(matrixOf(up.tensor), matrixOf(down.tensor)), factor);
}

function matrixOf(tensor: tf.Tensor): tf.Tensor2D {
  const [rows = 1, columns = 1] = tensor.shape;
  return tensor.as2D(rows, columns);
}
