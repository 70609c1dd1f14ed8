import * as tf from '@tensorflow/tfjs';
import { lazy, saved, traced, wants, type Value } from '../autograd.ts';
import { operation } from '../operation.ts';
import type { Param } from '../params.ts';
import type { Adaptation } from './linear.ts';
import { sumRows, sumRowsOfProduct } from './sums.ts';

/** [C, 1, k, k], PyTorch's order, to [k, k, C, 1], TensorFlow's. */
const toHwio = (kernel: tf.Tensor): tf.Tensor => tf.transpose(kernel, [2, 3, 0, 1]);

/** The kernel that carries gradients back: both sides reversed. */
const turnAround = (kernel: tf.Tensor): tf.Tensor => tf.reverse(toHwio(kernel), [0, 1]);

/**
 * Convolution with one k×k filter a channel, stride 1 and as many positions out as in:
 * y = scaleOut ⊙ (K ∗ (scaleIn ⊙ x) + b) + shift, x [B, H, W, C], K [C, 1, k, k] with k odd.
 *
 * Channels never mix, so scaleIn moves out of the convolution, y = scaleOut ⊙ (scaleIn ⊙ u + b) + shift
 * with u = K ∗ x, and the gradients of both scales come from one sum, Σ g ⊙ u.
 */
export const depthwiseConv = operation(
  'depthwiseConv',
  (x: Value, kernel: Param, bias: Param, adaptation: Omit<Adaptation, 'lowRank'> = {}): Value => {
    const { scaleIn, scaleOut, shift } = adaptation;
    const u = convolve(x.tensor, kernel.derived('depthwise', toHwio)); // [B, H, W, C]
    const slope = product(scaleIn?.tensor, scaleOut?.tensor);
    const scaledBias = product(bias.value.tensor, scaleOut?.tensor) ?? bias.value.tensor;
    const offset = shift ? tf.add(scaledBias, shift.tensor) : scaledBias;

    return traced(
      tf.add(product(u, slope) ?? u, offset),
      { x, kernel: kernel.value, bias: bias.value, scaleIn, scaleOut, shift },
      {
        input: wants(kernel.value) ? x.tensor : undefined,
        // A trained kernel must be read as it was in the forward pass.
        kernel: wants(kernel.value) ? kernel.value.tensor : undefined,
        u: wants(scaleIn) || wants(scaleOut) ? u : undefined,
        slope,
        bias: wants(scaleOut) ? bias.value.tensor : undefined,
        scaleIn: scaleIn?.tensor,
        scaleOut: scaleOut?.tensor,
      },
      (g, kept) => {
        const gConv = lazy(() => product(g, kept.slope) ?? g); // ∂L/∂u
        const sum = lazy(() => sumRows(g));
        const products = lazy(() => sumRowsOfProduct(g, saved(kept.u)));
        return {
          x: () => {
            const turned = kept.kernel
              ? turnAround(kept.kernel)
              : kernel.derived('turned', turnAround);
            return convolve(gConv(), turned);
          },
          kernel: () => filterGradient(saved(kept.input), gConv(), kernel.shape),
          bias: () => tf.mul(sum(), kept.scaleOut ?? 1),
          scaleIn: () => tf.mul(products(), kept.scaleOut ?? 1),
          scaleOut: () =>
            tf.add(tf.mul(products(), kept.scaleIn ?? 1), tf.mul(sum(), saved(kept.bias))),
          shift: () => sum().clone(),
        };
      },
    );
  },
);

/** The product of those that are there. */
function product(a: tf.Tensor | undefined, b: tf.Tensor | undefined): tf.Tensor | undefined {
  return a && b ? tf.mul(a, b) : (a ?? b);
}

function convolve(x: tf.Tensor, filter: tf.Tensor): tf.Tensor4D {
  const [size = 1] = filter.shape;
  return tf.depthwiseConv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, (size - 1) / 2);
}

/** ∂L/∂kernel, [C, 1, k, k]: for every tap the gradient times the input under that tap, summed. */
function filterGradient(
  input: tf.Tensor,
  gradient: tf.Tensor,
  kernelShape: readonly number[],
): tf.Tensor {
  const [channels = 0, , size = 1] = kernelShape;
  const [batch = 0, rows = 0, columns = 0] = gradient.shape;
  const margin: [number, number] = [(size - 1) / 2, (size - 1) / 2];
  const padded = tf.pad(input, [[0, 0], margin, margin, [0, 0]]);
  const taps: tf.Tensor1D[] = [];
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const under = tf.slice(padded, [0, y, x, 0], [batch, rows, columns, channels]);
      taps.push(sumRowsOfProduct(gradient, under));
    }
  }
  return tf.transpose(tf.stack(taps)).reshape([channels, 1, size, size]); // [C, k·k]
}
