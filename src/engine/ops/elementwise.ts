/** The small ops between the fat ones. */
import * as tf from '@tensorflow/tfjs';
import { simdElementwise } from '../kernels/wasm/simd-elementwise.ts';
import { traced, type Value } from '../autograd.ts';
import { operation } from '../operation.ts';
import { reluGradientKernel } from '../kernels/elementwise.ts';
import { matmul } from './matmul.ts';

/** a + b, of one shape. */
export const add = operation('add', (a: Value, b: Value): Value => {
  const joined = b.ending({ residual: a }) ?? a.ending({ residual: b });
  if (joined) return joined;
  return traced(tf.add(a.tensor, b.tensor), { a, b }, {}, (g) => ({
    a: () => g.clone(),
    b: () => g.clone(),
  }));
});

/** max(x, 0), any shape. */
export const relu = operation('relu', (x: Value): Value => {
  const joined = x.ending({ activation: 'relu' });
  if (joined) return joined;
  const output = simdElementwise('RELU', x.tensor) ?? tf.relu(x.tensor);
  return traced(output, { x }, { output }, (g, kept) => ({
    x: () => reluGradient(g, kept.output),
  }));
});

/** ∂L/∂x for ∂L/∂output, of one shape. */
export function reluGradient(gradient: tf.Tensor, output: tf.Tensor): tf.Tensor {
  return reluGradientKernel(gradient, output) ?? tf.mul(gradient, tf.step(output));
}

/** x · factor + offset with plain numbers; any shape. */
export const affine = operation('affine', (x: Value, factor: number, offset: number): Value => {
  const output = tf.add(tf.mul(x.tensor, factor), offset);
  return traced(output, { x }, {}, (g) => ({ x: () => tf.mul(g, factor) }));
});

/** x · M for a constant M: [n] → [m]. */
export const project = operation('project', (x: Value, matrix: tf.Tensor2D): Value => {
  const output = matmul(x.tensor.reshape([1, x.tensor.size]), matrix);
  return traced(output.reshape([matrix.shape[1]]), { x }, {}, (g) => ({
    x: () => matmul(g.reshape([1, g.size]), matrix, false, true).reshape(x.shape),
  }));
});
