/** The WebAssembly twins of the kernels in `../attention.ts`, which also take a bias. */
import type * as tf from '@tensorflow/tfjs';
import type { HeadLayout } from '../attention/layout.ts';
import { fraction, type Simd } from './simd.ts';

/** @param bias [W, H, N, N], for sequences of which every W-th is alike */
export function simdAttention(
  simd: Simd,
  qkv: tf.Tensor,
  layout: HeadLayout,
  bias: tf.Tensor | undefined,
): tf.Tensor {
  const { batch, tokens, heads, width } = layout;
  const output = simd.output([batch, tokens, heads * width]);
  lendWork(simd, layout, (work) => {
    const args = [...common(simd, qkv, output, layout, bias), ...work];
    simd.run('ATTENTION', batch * heads, args);
  });
  return output;
}

/** ∂L/∂qkv, and ∂L/∂(q kᵀ / √d + bias) [B, H, N, N] where there is a bias. */
export function simdAttentionGradient(
  simd: Simd,
  gradient: tf.Tensor,
  qkv: tf.Tensor,
  layout: HeadLayout,
  bias: tf.Tensor | undefined,
): { readonly qkv: tf.Tensor; readonly scores: tf.Tensor | undefined } {
  const { batch, tokens, heads } = layout;
  const gQkv = simd.output(qkv.shape);
  const scores = bias && simd.output([batch, heads, tokens, tokens]);
  lendWork(simd, layout, (work) => {
    const args = [...common(simd, qkv, gradient, layout, bias), ...work];
    const results = [simd.address(gQkv), simd.address(scores)];
    simd.run('ATTENTION_GRADIENT', batch * heads, [...args, ...results]);
  });
  return { qkv: gQkv, scores };
}

function common(
  simd: Simd,
  qkv: tf.Tensor,
  output: tf.Tensor,
  { tokens, heads, width }: HeadLayout,
  bias: tf.Tensor | undefined,
): number[] {
  return [
    ...[simd.address(qkv), simd.address(output), tokens, heads, width],
    ...[fraction(1 / Math.sqrt(width)), simd.address(bias), bias?.shape[0] ?? 1],
  ];
}

function lendWork(
  simd: Simd,
  { tokens, width }: HeadLayout,
  use: (work: [number, number]) => void,
): void {
  const bytes = simd.exports.attentionWorkBytes(tokens, width);
  simd.lend(simd.threads * bytes, (address) => use([address, bytes]));
}
