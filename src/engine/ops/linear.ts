import * as tf from '@tensorflow/tfjs';
import { lazy, saved, traced, wants, type Value } from '../autograd.ts';
import { operation } from '../operation.ts';
import type { Param } from '../params.ts';
import { scaleBy, type ChannelChange } from './channels.ts';
import { fusedLinear } from './fused-linear.ts';
import { hiddenGradient, lowRankForward, upGradient, type LowRank } from './low-rank.ts';
import { sumRows, sumRowsOfProduct } from './sums.ts';
import { asMatrix, matmul, timesTransposed, transposedTimes, weightMatrix } from './matmul.ts';

/** What a method puts around a frozen layer: y = scaleOut ⊙ ((W + low rank) (scaleIn ⊙ x) + b) + shift. */
export interface Adaptation extends ChannelChange {
  /** [in], multiplies the layer's input channels. */
  readonly scaleIn?: Value | undefined;
  /** Added to the frozen weight. */
  readonly lowRank?: LowRank | undefined;
}

/**
 * y = scaleOut ⊙ ((W + factor · B·A) (scaleIn ⊙ x) + b) + shift over the last axis,
 * x [..., in] → [..., out].
 *
 * The gradients are those of SAN (arXiv 2409.06706): one matrix product in the backward
 * pass, thin ones for a low-rank update, and a full one more only where W itself is trained.
 */
export const linear = operation(
  'linear',
  (x: Value, weight: Param, bias: Param | undefined, adaptation: Adaptation = {}): Value => {
    return fusedLinear(x, weight, bias, adaptation) ?? linearReference(x, weight, bias, adaptation);
  },
);

/** In plain ops and products: what runs without our kernels, and the kernels' test. */
export function linearReference(
  x: Value,
  weight: Param,
  bias: Param | undefined,
  adaptation: Adaptation = {},
): Value {
  const { scaleIn, scaleOut, shift, lowRank } = adaptation;
  const input = asMatrix(x.tensor); // [N, in]
  const scaled = scaleBy(input, scaleIn?.tensor);
  const products = timesTransposed(asMatrix(scaled), weight, bias?.value.tensor); // [N, out]
  const low = lowRankForward(scaled, lowRank, (rows, down) =>
    matmul(asMatrix(rows), weightMatrix(down), false, true),
  );
  const plain = low.output ? tf.add(products, low.output) : products;
  const potentiated = scaleBy(plain, scaleOut?.tensor);
  const output = shift ? tf.add(potentiated, shift.tensor) : potentiated;

  return traced(
    output.reshape([...x.shape.slice(0, -1), weight.shape[0] ?? 0]),
    {
      x,
      weight: weight.value,
      bias: bias?.value,
      scaleIn,
      scaleOut,
      shift,
      down: lowRank?.down,
      up: lowRank?.up,
    },
    {
      input: wants(weight.value) || wants(scaleIn) || wants(lowRank?.down) ? input : undefined,
      plain: wants(scaleOut) ? plain : undefined,
      // A trained weight must be read as it was in the forward pass.
      weight: wants(weight.value) ? weight.value.tensor : undefined,
      scaleIn: scaleIn?.tensor,
      scaleOut: scaleOut?.tensor,
      ...low.kept,
    },
    (gradient, kept) => {
      const g = asMatrix(gradient);
      const gPlain = asMatrix(scaleBy(g, kept.scaleOut)); // ∂L/∂(W x + b)
      const matrix = weightMatrix(kept.weight ?? weight.value.tensor);
      const factor = lowRank?.factor ?? 0;
      const gHidden = lazy(() => hiddenGradient(gPlain, saved(kept.up), factor)); // [N, r]
      // [N, in], ∂L/∂(scaleIn ⊙ x)
      const gScaled = lazy(() => {
        const frozen = matmul(gPlain, matrix);
        if (!kept.down) return frozen;
        return tf.add(frozen, scaleBy(matmul(gHidden(), weightMatrix(kept.down)), kept.mask));
      });
      const rescaled = lazy(() => asMatrix(scaleBy(saved(kept.input), kept.scaleIn)));
      return {
        x: () => scaleBy(gScaled(), kept.scaleIn).reshape(x.shape),
        weight: () => transposedTimes(gPlain, rescaled()).reshape([...weight.shape]),
        bias: () => sumRows(gPlain),
        scaleIn: () => sumRowsOfProduct(saved(kept.input), gScaled()),
        scaleOut: () => sumRowsOfProduct(g, saved(kept.plain)),
        shift: () => sumRows(g),
        down: () => transposedTimes(gHidden(), asMatrix(scaleBy(rescaled(), kept.mask))),
        up: () => upGradient(gPlain, saved(kept.hidden), factor),
      };
    },
  );
}
