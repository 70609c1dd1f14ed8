import * as tf from '@tensorflow/tfjs';
import { traced, wants, type Value } from '../autograd.ts';
import type { Param } from '../params.ts';
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

  const outShape = [...x.shape.slice(0, -1), weight.shape[0] ?? 0];
  const inputs = [x, weight.value, bias?.value, scaleIn, scaleOut, shift];
  return traced(
    output.reshape(outShape),
    inputs.filter((value) => value !== undefined),
    {
      input: wants(weight.value) || wants(scaleIn) ? input : undefined,
      plain: wants(scaleOut) ? plain : undefined,
      weight: wants(weight.value) ? weight.value.tensor : undefined,
      scaleIn: scaleIn?.tensor,
      scaleOut: scaleOut?.tensor,
    },
    (gradient, saved) => {
      const g = asMatrix(gradient);
      const gPlain = saved.scaleOut ? asMatrix(tf.mul(g, saved.scaleOut)) : g; // ∂L/∂(Wx + b)
      const wantsInput = x.needsGradient || (scaleIn?.needsGradient ?? false);
      // [N, in], ∂L/∂(scaleIn ⊙ x); a trained weight is read as it was in the forward pass.
      const frozen = (): tf.Tensor => saved.weight ?? weight.value.tensor;
      const gScaled = wantsInput ? tf.matMul(gPlain, weightMatrix(frozen())) : undefined;
      const gradients: (tf.Tensor | null)[] = [];
      const give = (value: Value | undefined, make: () => tf.Tensor | undefined): void => {
        if (value) gradients.push(value.needsGradient ? (make() ?? null) : null);
      };
      give(x, () => gScaled && scaleBy(gScaled, saved.scaleIn).reshape(x.shape));
      give(weight.value, () => {
        const factor = saved.input && asMatrix(scaleBy(saved.input, saved.scaleIn));
        return factor && transposedTimes(gPlain, factor).reshape([...weight.shape]);
      });
      give(bias?.value, () => tf.sum(gPlain, 0));
      give(scaleIn, () => gScaled && saved.input && tf.sum(tf.mul(saved.input, gScaled), 0));
      give(scaleOut, () => saved.plain && tf.sum(tf.mul(g, saved.plain), 0));
      give(shift, () => tf.sum(g, 0));
      return gradients;
    },
  );
}

function scaleBy(tensor: tf.Tensor, scale: tf.Tensor | undefined): tf.Tensor {
  return scale ? tf.mul(tensor, scale) : tensor;
}
