import type * as tf from '@tensorflow/tfjs';
import { currentSimd, fraction, type Simd } from './simd.ts';

/**
 * softmax(q kᵀ / √d + bias) v per head: qkv [B, N, 3·H·d] → [B, N, H·d].
 * @param bias [W, H, N, N], for sequences of which every W-th is alike.
 * Null where our kernels do not run.
 */
export function simdAttention(
  qkv: tf.Tensor,
  heads: number,
  bias: tf.Tensor | undefined,
): tf.Tensor | null {
  const simd = currentSimd();
  if (!simd) return null;
  const [batch = 0, tokens = 0, channels = 0] = qkv.shape;
  const output = simd.output([batch, tokens, channels / 3]);
  lendWork(simd, qkv, heads, (work) => {
    const args = [...common(simd, qkv, output, heads, bias), ...work];
    simd.run('ATTENTION', batch * heads, args);
  });
  return output;
}

/** ∂L/∂qkv, and ∂L/∂(q kᵀ / √d + bias) [B, H, N, N] where it is wanted. Null where our kernels do not run. */
export function simdAttentionGradient(
  gradient: tf.Tensor,
  qkv: tf.Tensor,
  heads: number,
  bias: tf.Tensor | undefined,
  wantsScores: boolean,
): { readonly qkv: tf.Tensor; readonly scores: tf.Tensor | undefined } | null {
  const simd = currentSimd();
  if (!simd) return null;
  const [batch = 0, tokens = 0] = qkv.shape;
  const gQkv = simd.output(qkv.shape);
  const scores = wantsScores ? simd.output([batch, heads, tokens, tokens]) : undefined;
  lendWork(simd, qkv, heads, (work) => {
    const args = [...common(simd, qkv, gradient, heads, bias), ...work];
    const results = [simd.address(gQkv), simd.address(scores)];
    simd.run('ATTENTION_GRADIENT', batch * heads, [...args, ...results]);
  });
  return { qkv: gQkv, scores };
}

function common(
  simd: Simd,
  qkv: tf.Tensor,
  output: tf.Tensor,
  heads: number,
  bias: tf.Tensor | undefined,
): number[] {
  const [, tokens = 0, channels = 0] = qkv.shape;
  const width = channels / 3 / heads;
  return [
    ...[simd.address(qkv), simd.address(output), tokens, heads, width],
    ...[fraction(1 / Math.sqrt(width)), simd.address(bias), bias?.shape[0] ?? 1],
  ];
}

function lendWork(
  simd: Simd,
  { shape: [, tokens = 0, channels = 0] }: tf.Tensor,
  heads: number,
  use: (work: [number, number]) => void,
): void {
  const bytes = simd.exports.attentionWorkBytes(tokens, channels / 3 / heads);
  simd.lend(simd.threads * bytes, (address) => use([address, bytes]));
}
