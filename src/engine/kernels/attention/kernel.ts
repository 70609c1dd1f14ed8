/**
 * Attention that never writes the N × N matrix (Dao et al. 2022): the forward pass keeps a running
 * maximum and sum, the backward pass makes every probability again from the row's logarithm of
 * the sum.
 */
import type * as tf from '@tensorflow/tfjs';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { accelerationOf, acceleratedWebgpu, requiredWebgpu } from '../acceleration.ts';
import { launch } from '../launch.ts';
import { simdAttention, simdAttentionGradient } from '../wasm/simd-attention.ts';
import { currentSimd } from '../wasm/simd.ts';
import { groups, inVectors } from '../wgsl.ts';
import { countFlops } from '../work.ts';
import type { HeadLayout } from './layout.ts';
import {
  BACKWARD_ROWS,
  backwardByFour,
  forwardByFour,
  forwardRows,
  isSharedByFour,
  threadsFor,
} from './quads.ts';
import { alongGradient, backwardAlone, forwardAlone, WORKGROUP } from './threads.ts';

/** Of a score and of a value's share; then of the score again and four gradients. */
const PRODUCTS = 2;
const GRADIENT_PRODUCTS = 5;

/** Multiplications of one product over all pairs of tokens. */
const pairsOf = ({ batch, tokens, heads, width }: HeadLayout): number =>
  batch * heads * tokens * tokens * width;

/** Wider heads would need more registers than a thread has. */
const WIDEST = 128;

/** The row's logarithm of Σ exp(scores), [B, H, N]. */
export interface Attended {
  readonly output: tf.Tensor;
  /** WebAssembly needs none. */
  readonly logSums?: tf.Tensor | undefined;
}

/**
 * softmax(q kᵀ / √d) v per head: qkv [B, N, 3·H·d] in timm's order → [B, N, H·d]. Null where the
 * backend does not run our kernels or d is no multiple of four up to 128.
 */
export function attentionKernel(
  qkv: tf.Tensor,
  layout: HeadLayout,
  bias?: tf.Tensor,
): Attended | null {
  const simd = currentSimd();
  const backend = acceleratedWebgpu();
  const { batch, tokens, heads, width } = layout;
  const fits = backend && !bias && inVectors(width) && width <= WIDEST;
  if (!simd && !fits) return null;
  countFlops(2 * PRODUCTS * pairsOf(layout));
  if (simd) return { output: simdAttention(simd, qkv, layout, bias) };
  if (!fits) return null;
  const shared = areShared(backend, width);
  const count = shared
    ? threadsFor(batch * heads, tokens, forwardRows(width))
    : batch * heads * tokens;
  return launch(backend, {
    name: `attention ${width} ${shared ? 'by four' : ''}`,
    inputs: { qkv },
    outputs: { output: [batch, tokens, heads * width], logSums: [batch, heads, tokens] },
    scalars: ['logSums'],
    sizes: { batch, tokens, heads },
    features: shared ? ['subgroups'] : [],
    workgroups: [groups(count, WORKGROUP), 1, 1],
    code: () => (shared ? forwardByFour : forwardAlone)(width),
  });
}

/** Whether four threads share a head: on a processor that stands in for a chip, each had better work alone. */
function areShared(backend: WebGPUBackend, width: number): boolean {
  const { emulated } = accelerationOf(backend);
  return !emulated && backend.device.features.has('subgroups') && isSharedByFour(width);
}

/** What the forward pass leaves for the backward pass. */
interface LeftByForward extends Attended {
  /** [3·H·d], by which the numbers that are kept make qkv; WebAssembly keeps qkv itself. */
  readonly scale?: tf.Tensor | undefined;
}

/** ∂L/∂qkv [B, N, 3·H·d] for ∂L/∂output [B, N, H·d] and qkv, or what makes it by `scale`. */
export function attentionGradientKernel(
  gradient: tf.Tensor,
  qkv: tf.Tensor,
  { output, logSums, scale }: LeftByForward,
  layout: HeadLayout,
  bias?: tf.Tensor,
): { readonly qkv: tf.Tensor; readonly scores?: tf.Tensor | undefined } {
  countFlops(2 * GRADIENT_PRODUCTS * pairsOf(layout));
  const simd = currentSimd();
  if (simd) return simdAttentionGradient(simd, gradient, qkv, layout, bias);
  const backend = requiredWebgpu();
  const { batch, tokens, heads, width } = layout;
  if (!logSums) throw new Error('The gradient of attention needs the sums of its rows.');
  const rows = batch * heads * tokens;
  const { along } = launch(backend, {
    name: `attention output along gradient ${width}`,
    inputs: { gradient, output },
    outputs: { along: [batch, heads, tokens] },
    scalars: ['along'],
    sizes: { batch, tokens, heads },
    workgroups: [groups(rows, WORKGROUP), 1, 1],
    code: () => alongGradient(width),
  });
  const shared = areShared(backend, width);
  const count = shared ? threadsFor(batch * heads, tokens, BACKWARD_ROWS) : rows;
  const { result } = launch(backend, {
    name: `attention gradient ${width} ${shared ? 'by four' : ''}`,
    inputs: { gradient, qkv, scale, logSums, along },
    outputs: { result: [batch, tokens, 3 * heads * width] },
    scalars: ['logSums', 'along'],
    sizes: { batch, tokens, heads },
    features: shared ? ['subgroups'] : [],
    workgroups: [groups(count, WORKGROUP), 2, 1],
    code: () => (shared ? backwardByFour : backwardAlone)(width, scale !== undefined),
  });
  return { qkv: result };
}
