import * as tf from '@tensorflow/tfjs';
import { traced, type Value } from '../autograd.ts';

interface Layout {
  readonly batch: number;
  readonly tokens: number;
  readonly heads: number;
  readonly width: number;
}

/**
 * Multi-head self-attention without its projections (Vaswani et al. 2017):
 * softmax(q kᵀ / √d) v per head. qkv [B, N, 3·H·d] in timm's order → [B, N, H·d].
 */
export function attention(qkv: Value, heads: number): Value {
  const [batch = 0, tokens = 0, channels = 0] = qkv.shape;
  const layout = { batch, tokens, heads, width: channels / 3 / heads };
  const { q, k, v } = splitHeads(qkv.tensor, layout);
  const probabilities = softmaxScores(q, k, layout); // [B·H, N, N]
  const output = joinHeads(tf.matMul(probabilities, v), layout);
  return traced(output, { qkv }, { input: qkv.tensor }, (gradient, { input }) => ({
    qkv: () => qkvGradient(gradient, input, layout),
  }));
}

/** Recomputes the probabilities: cheaper than keeping N² numbers a head until now. */
function qkvGradient(gradient: tf.Tensor, qkv: tf.Tensor, layout: Layout): tf.Tensor {
  const { batch, tokens, heads, width } = layout;
  const { q, k, v } = splitHeads(qkv, layout);
  const p = softmaxScores(q, k, layout);
  const gOut = swapTokensAndHeads(gradient.reshape([batch, tokens, heads, width])); // [B, H, N, d]
  const gV = tf.matMul(p, gOut, true, false);
  const gP = tf.matMul(gOut, v, false, true);
  const centred = tf.sub(gP, tf.sum(tf.mul(gP, p), 3, true));
  const gScores = tf.mul(tf.mul(p, centred), 1 / Math.sqrt(width));
  const gQ = tf.matMul(gScores, k);
  const gK = tf.matMul(gScores, q, true, false);
  const joined = tf.concat([gQ, gK, gV], 1); // [B, 3H, N, d]
  return swapTokensAndHeads(joined).reshape([batch, tokens, 3 * heads * width]);
}

function splitHeads(
  qkv: tf.Tensor,
  { batch, tokens, heads, width }: Layout,
): Record<'q' | 'k' | 'v', tf.Tensor> {
  const parts = swapTokensAndHeads(qkv.reshape([batch, tokens, 3 * heads, width])); // [B, 3H, N, d]
  const [q, k, v] = tf.split(parts, 3, 1);
  if (!q || !k || !v) throw new Error('qkv splits into three parts.');
  return { q, k, v };
}

function softmaxScores(q: tf.Tensor, k: tf.Tensor, { width }: Layout): tf.Tensor {
  return tf.softmax(tf.mul(tf.matMul(q, k, false, true), 1 / Math.sqrt(width)));
}

function joinHeads(perHead: tf.Tensor, { batch, tokens, heads, width }: Layout): tf.Tensor {
  return swapTokensAndHeads(perHead.as4D(batch, heads, tokens, width)).reshape([
    batch,
    tokens,
    heads * width,
  ]);
}

/** Four axes at most: TensorFlow.js transposes more than four slowly on WebAssembly. */
function swapTokensAndHeads(tensor: tf.Tensor): tf.Tensor {
  return tf.transpose(tensor, [0, 2, 1, 3]);
}
