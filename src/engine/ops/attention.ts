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
  return traced(output, [qkv], { qkv: qkv.tensor }, (gradient, saved) => [
    qkvGradient(gradient, saved.qkv, layout),
  ]);
}

/** Recomputes the probabilities: cheaper than keeping N² numbers a head until now. */
function qkvGradient(gradient: tf.Tensor, qkv: tf.Tensor, layout: Layout): tf.Tensor {
  const { batch, tokens, heads, width } = layout;
  const { q, k, v } = splitHeads(qkv, layout);
  const p = softmaxScores(q, k, layout);
  const gHeads = tf.transpose(gradient.reshape([batch, tokens, heads, width]), [0, 2, 1, 3]);
  const gOut: tf.Tensor3D = gHeads.reshape([batch * heads, tokens, width]);
  const gV = tf.matMul(p, gOut, true, false);
  const gP = tf.matMul(gOut, v, false, true);
  const centred = tf.sub(gP, tf.sum(tf.mul(gP, p), 2, true));
  const gScores: tf.Tensor3D = tf.mul(tf.mul(p, centred), 1 / Math.sqrt(width));
  const gQ = tf.matMul(gScores, k);
  const gK = tf.matMul(gScores, q, true, false);
  const stacked = tf.stack([gQ, gK, gV]).reshape([3, batch, heads, tokens, width]);
  return tf.transpose(stacked, [1, 3, 0, 2, 4]).reshape([batch, tokens, 3 * heads * width]);
}

function splitHeads(
  qkv: tf.Tensor,
  { batch, tokens, heads, width }: Layout,
): Record<'q' | 'k' | 'v', tf.Tensor3D> {
  const parts = tf.transpose(qkv.reshape([batch, tokens, 3, heads, width]), [2, 0, 3, 1, 4]);
  const flat: tf.Tensor3D = parts.reshape([3 * batch * heads, tokens, width]);
  const part = (index: number): tf.Tensor3D =>
    tf.slice3d(flat, [index * batch * heads, 0, 0], [batch * heads, tokens, width]);
  return { q: part(0), k: part(1), v: part(2) };
}

function softmaxScores(q: tf.Tensor3D, k: tf.Tensor3D, { width }: Layout): tf.Tensor3D {
  const scores: tf.Tensor3D = tf.mul(tf.matMul(q, k, false, true), 1 / Math.sqrt(width));
  return tf.softmax(scores);
}

function joinHeads(perHead: tf.Tensor3D, { batch, tokens, heads, width }: Layout): tf.Tensor {
  const parts = tf.transpose(perHead.reshape([batch, heads, tokens, width]), [0, 2, 1, 3]);
  return parts.reshape([batch, tokens, heads * width]);
}
