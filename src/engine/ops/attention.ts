import * as tf from '@tensorflow/tfjs';
import { lazy, saved, traced, type Value } from '../autograd.ts';
import { operation } from '../operation.ts';
import { attentionGradientKernel, attentionKernel } from '../kernels/attention/kernel.ts';
import type { HeadLayout } from '../kernels/attention/layout.ts';
import { canRemake } from '../kernels/remade.ts';
import { matmul } from './matmul.ts';

/**
 * Multi-head self-attention without its projections (Vaswani et al. 2017):
 * softmax(q kᵀ / √d + bias) v per head. qkv [B, N, 3·H·d] in timm's order → [B, N, H·d].
 * @param bias [W, H, N, N], for sequences of which every W-th is alike: windows of an image.
 */
export const attention = operation(
  'attention',
  (qkv: Value, heads: number, bias?: Value): Value => {
    const [batch = 0, tokens = 0, channels = 0] = qkv.shape;
    const layout = { batch, tokens, heads, width: channels / 3 / heads };
    return fusedAttention(qkv, layout, bias) ?? attentionReference(qkv, layout, bias);
  },
);

function fusedAttention(qkv: Value, layout: HeadLayout, bias: Value | undefined): Value | null {
  const made = attentionKernel(qkv.tensor, layout, bias?.tensor);
  if (!made) return null;
  const { plain, scale } = plainOf(qkv);
  return traced(
    made.output,
    { qkv, bias },
    {
      input: plain ?? qkv.tensor,
      scale,
      bias: bias?.tensor,
      output: made.output,
      logSums: made.logSums,
    },
    (gradient, kept) => {
      const back = lazy(() =>
        attentionGradientKernel(gradient, kept.input, kept, layout, kept.bias),
      );
      return {
        qkv: () => back().qkv,
        bias: () => sumWindows(saved(back().scores), bias?.shape ?? []),
      };
    },
  );
}

/** Where qkv is scaled numbers that are kept anyway, these, so that it need not be kept itself. */
function plainOf({ remade }: Value): {
  plain?: tf.Tensor | undefined;
  scale?: tf.Tensor | undefined;
} {
  if (remade?.by !== 'scale' || !canRemake()) return {};
  const { madeFrom, madeScale, madeShift } = remade.tensors;
  return madeScale && !madeShift ? { plain: madeFrom, scale: madeScale } : {};
}

/** In plain ops: what runs without our kernels, and the kernels' test. */
export function attentionReference(qkv: Value, layout: HeadLayout, bias?: Value): Value {
  const { q, k, v } = splitHeads(qkv.tensor, layout);
  const probabilities = softmaxScores(q, k, layout, bias?.tensor); // [B, H, N, N]
  const output = joinHeads(matmul(probabilities, v), layout);
  return traced(
    output,
    { qkv, bias },
    { input: qkv.tensor, bias: bias?.tensor },
    (gradient, kept) => {
      const backward = lazy(() => gradients(gradient, kept.input, layout, kept.bias));
      return {
        qkv: () => backward().qkv,
        bias: () => sumWindows(backward().scores, bias?.shape ?? []),
      };
    },
  );
}

/**
 * ∂L/∂qkv and ∂L/∂scores [B, H, N, N]. Recomputes the probabilities: cheaper than keeping N²
 * numbers a head until now.
 */
function gradients(
  gradient: tf.Tensor,
  qkv: tf.Tensor,
  layout: HeadLayout,
  bias: tf.Tensor | undefined,
): Record<'qkv' | 'scores', tf.Tensor> {
  const { batch, tokens, heads, width } = layout;
  const { q, k, v } = splitHeads(qkv, layout);
  const p = softmaxScores(q, k, layout, bias);
  const gOut = swapTokensAndHeads(gradient.reshape([batch, tokens, heads, width])); // [B, H, N, d]
  const gV = matmul(p, gOut, true, false);
  const gP = matmul(gOut, v, false, true);
  const centred = tf.sub(gP, tf.sum(tf.mul(gP, p), 3, true));
  const scores = tf.mul(p, centred);
  const gScaled = tf.mul(scores, 1 / Math.sqrt(width));
  const gQ = matmul(gScaled, k);
  const gK = matmul(gScaled, q, true, false);
  const joined = tf.concat([gQ, gK, gV], 1); // [B, 3H, N, d]
  return { qkv: swapTokensAndHeads(joined).reshape([batch, tokens, 3 * heads * width]), scores };
}

/** What every W-th sequence shares gets the gradients of all of them: [B, H, N, N] → [W, H, N, N]. */
function sumWindows(scores: tf.Tensor, shape: readonly number[]): tf.Tensor {
  const size = shape.reduce((product, side) => product * side, 1);
  return tf.sum(scores.reshape([scores.size / size, size]), 0).reshape([...shape]);
}

function splitHeads(
  qkv: tf.Tensor,
  { batch, tokens, heads, width }: HeadLayout,
): Record<'q' | 'k' | 'v', tf.Tensor> {
  const parts = swapTokensAndHeads(qkv.reshape([batch, tokens, 3 * heads, width])); // [B, 3H, N, d]
  const [q, k, v] = tf.split(parts, 3, 1);
  if (!q || !k || !v) throw new Error('qkv splits into three parts.');
  return { q, k, v };
}

function softmaxScores(
  q: tf.Tensor,
  k: tf.Tensor,
  { width }: HeadLayout,
  bias: tf.Tensor | undefined,
): tf.Tensor {
  const scores = tf.mul(matmul(q, k, false, true), 1 / Math.sqrt(width));
  if (!bias) return tf.softmax(scores);
  const [windows = 1, heads = 1, tokens = 1] = bias.shape;
  const grouped = scores.reshape([-1, windows * heads, tokens, tokens]);
  const biased = tf.add(grouped, bias.reshape([1, windows * heads, tokens, tokens]));
  return tf.softmax(biased.reshape(scores.shape));
}

function joinHeads(perHead: tf.Tensor, { batch, tokens, heads, width }: HeadLayout): tf.Tensor {
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
