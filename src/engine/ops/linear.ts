import * as tf from '@tensorflow/tfjs';
import { lazy, saved, traced, wants, type Value } from '../autograd.ts';
import type { Param } from '../params.ts';
import { sumRows, sumRowsOfProduct } from './sums.ts';
import { asMatrix, timesTransposed, transposedTimes, weightMatrix } from './matmul.ts';

/** What a method puts around a frozen layer: y = scaleOut ⊙ layer(scaleIn ⊙ x) + shift. */
export interface Adaptation {
  /** [in], multiplies the layer's input channels. */
  readonly scaleIn?: Value | undefined;
  /** [out], multiplies the layer's output channels. */
  readonly scaleOut?: Value | undefined;
  /** [out], added after the scale. */
  readonly shift?: Value | undefined;
}

/**
 * y = scaleOut ⊙ (W (scaleIn ⊙ x) + b) + shift over the last axis, x [..., in] → [..., out].
 *
 * The gradients are those of SAN (arXiv 2409.06706): one matrix product in the backward
 * pass, and one more only where W itself is trained.
 */
export function linear(
  x: Value,
  weight: Param,
  bias: Param | undefined,
  adaptation: Adaptation = {},
): Value {
  const { scaleIn, scaleOut, shift } = adaptation;
  const input = asMatrix(x.tensor); // [N, in]
  const scaled = scaleIn ? tf.mul(input, scaleIn.tensor) : input;
  const products = timesTransposed(asMatrix(scaled), weight); // [N, out]
  const plain = bias ? tf.add(products, bias.value.tensor) : products;
  const potentiated = scaleOut ? tf.mul(plain, scaleOut.tensor) : plain;
  const output = shift ? tf.add(potentiated, shift.tensor) : potentiated;

  return traced(
    output.reshape([...x.shape.slice(0, -1), weight.shape[0] ?? 0]),
    { x, weight: weight.value, bias: bias?.value, scaleIn, scaleOut, shift },
    {
      input: wants(weight.value) || wants(scaleIn) ? input : undefined,
      plain: wants(scaleOut) ? plain : undefined,
      // A trained weight must be read as it was in the forward pass.
      weight: wants(weight.value) ? weight.value.tensor : undefined,
      scaleIn: scaleIn?.tensor,
      scaleOut: scaleOut?.tensor,
    },
    (gradient, kept) => {
      const g = asMatrix(gradient);
      const gPlain = asMatrix(scaleBy(g, kept.scaleOut)); // ∂L/∂(Wx + b)
      const matrix = weightMatrix(kept.weight ?? weight.value.tensor);
      const gScaled = lazy(() => tf.matMul(gPlain, matrix)); // [N, in], ∂L/∂(scaleIn ⊙ x)
      return {
        x: () => scaleBy(gScaled(), kept.scaleIn).reshape(x.shape),
        weight: () => {
          const factor = asMatrix(scaleBy(saved(kept.input), kept.scaleIn));
          return transposedTimes(gPlain, factor).reshape([...weight.shape]);
        },
        bias: () => sumRows(gPlain),
        scaleIn: () => sumRowsOfProduct(saved(kept.input), gScaled()),
        scaleOut: () => sumRowsOfProduct(g, saved(kept.plain)),
        shift: () => sumRows(g),
      };
    },
  );
}

/** Multiplies the channels where there is a scale for them. */
export function scaleBy(tensor: tf.Tensor, scale: tf.Tensor | undefined): tf.Tensor {
  return scale ? tf.mul(tensor, scale) : tensor;
}
