/** What a fused layer's backward pass begins with. */
import type * as tf from '@tensorflow/tfjs';
import { saved, type Ending } from '../autograd.ts';
import { channelSums, type Earlier, type Summands, type Sums } from '../kernels/channel-sums.ts';
import { geluGradientKernel } from '../kernels/gelu.ts';
import { reluGradient } from './elementwise.ts';
import { asMatrix } from './matmul.ts';

interface Kept {
  readonly plain: tf.Tensor | undefined;
  readonly output: tf.Tensor | undefined;
  readonly scaleOut: tf.Tensor | undefined;
  readonly shift: tf.Tensor | undefined;
}

/** ∂L/∂(scaleOut ⊙ plain + shift + residual), [N, out], for the gradient behind the layer's ending. */
export function beforeEnding(
  gradient: tf.Tensor,
  { activation }: Ending,
  { plain, output, scaleOut, shift }: Kept,
): tf.Tensor2D {
  const g = asMatrix(gradient);
  if (activation === 'relu') return asMatrix(reluGradient(g, asMatrix(saved(output))));
  if (!activation) return g;
  const inner = geluGradientKernel(g, saved(plain), { scale: scaleOut, shift });
  return asMatrix(saved(inner ?? undefined));
}

/** `channelSums` of a layer that has a kernel, and so has one for its sums. */
export function layerSums(summands: Summands, earlier: Earlier): Sums {
  const sums = channelSums(summands, earlier);
  if (sums) return sums;
  throw new Error('A layer with a kernel has one for its sums.');
}
