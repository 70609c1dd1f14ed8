import * as tf from '@tensorflow/tfjs';
import { lazy, saved, traced, wants, type Value } from '../autograd.ts';
import { operation } from '../operation.ts';
import { simdConvolution } from '../kernels/wasm/simd-convolution.ts';
import type { Param } from '../params.ts';
import { changed, scaleBy } from './channels.ts';
import {
  convFilterGradient,
  convInputGradient,
  convolve,
  fusedInputGradient,
  turnAround,
  type ConvGeometry,
} from './convolution.ts';
import { fusedConvNorm } from './fused-conv-norm.ts';
import type { Adaptation } from './linear.ts';
import { hiddenGradient, lowRankForward, upGradient } from './low-rank.ts';
import { asMatrix } from './matmul.ts';
import { sumRows, sumRowsOfProduct } from './sums.ts';

/** Batch norm in evaluation mode: affine parameters and frozen statistics, all [C]. */
export interface BatchNorm {
  readonly weight: Param;
  readonly bias: Param;
  readonly mean: Param;
  readonly variance: Param;
  readonly epsilon: number;
}

/** OIHW, PyTorch's order, to HWIO, TensorFlow's. */
const toHwio = (kernel: tf.Tensor): tf.Tensor => tf.transpose(kernel, [2, 3, 1, 0]);

/**
 * y = scaleOut ⊙ batchNorm((K + low rank) ∗ (scaleIn ⊙ x)) + shift, x [B, H, W, in] → [B, H', W', out].
 * The convolution has no bias; the norm's statistics never change.
 */
export const convNorm = operation(
  'convNorm',
  (
    x: Value,
    kernel: Param,
    norm: BatchNorm,
    geometry: ConvGeometry,
    adaptation: Adaptation = {},
  ): Value => {
    return (
      fusedConvNorm(x, kernel, norm, geometry, adaptation) ??
      convNormReference(x, kernel, norm, geometry, adaptation)
    );
  },
);

/** In plain ops and products: what runs without our kernels, and the kernels' test. */
export function convNormReference(
  x: Value,
  kernel: Param,
  norm: BatchNorm,
  geometry: ConvGeometry,
  adaptation: Adaptation = {},
): Value {
  const { scaleIn, scaleOut, shift, lowRank } = adaptation;
  const affine = foldNorm(norm, scaleOut?.tensor, shift?.tensor);
  const wantsChannels = wants(norm.weight.value) || wants(scaleOut);
  const { output, u, low } =
    fusedForward(x.tensor as tf.Tensor4D, kernel, affine, geometry, adaptation, wantsChannels) ??
    plainForward(x.tensor, kernel, affine, geometry, adaptation);
  return traced(
    output,
    {
      x,
      kernel: kernel.value,
      normWeight: norm.weight.value,
      normBias: norm.bias.value,
      scaleIn,
      scaleOut,
      shift,
      down: lowRank?.down,
      up: lowRank?.up,
    },
    {
      input: wants(kernel.value) || wants(scaleIn) || wants(lowRank?.down) ? x.tensor : undefined,
      u: wantsChannels ? u : undefined,
      slope: affine.slope,
      inverse: affine.inverse,
      scaleIn: scaleIn?.tensor,
      scaleOut: scaleOut?.tensor,
      ...low.kept,
    },
    (g, kept) => {
      const gConv = lazy(() => scaleBy(g, kept.slope) as tf.Tensor4D); // ∂L/∂u
      const factor = lowRank?.factor ?? 0;
      const gHidden = lazy((): tf.Tensor4D => {
        const rows = hiddenGradient(asMatrix(gConv()), saved(kept.up), factor);
        return rows.reshape([...gConv().shape.slice(0, -1), rows.shape[1]]);
      });
      const gScaled = lazy(() => {
        const back =
          fusedInputGradient(g as tf.Tensor4D, kernel, kept.slope, x.shape, geometry) ??
          convInputGradient(gConv(), kernel.derived('turned', turnAround), x.shape, geometry);
        if (!kept.down) return back;
        const thinTurned = turnAround(kept.down.reshape(thinShape(kernel, kept.down)));
        const thinBack = convInputGradient(gHidden(), thinTurned, x.shape, geometry);
        return tf.add(back, scaleBy(thinBack, kept.mask));
      });
      const rescaled = lazy(() => scaleBy(saved(kept.input), kept.scaleIn));
      const sum = lazy(() => sumRows(g));
      // Σ g ⊙ (u − mean) / √(variance + ε), what both the norm's weight and the scale need
      const projected = lazy(() => {
        const products = sumRowsOfProduct(g, saved(kept.u));
        const centred = tf.sub(products, tf.mul(sum(), norm.mean.value.tensor));
        return tf.mul(centred, kept.inverse);
      });
      return {
        x: () => scaleBy(gScaled(), kept.scaleIn),
        kernel: () => convFilterGradient(rescaled(), gConv(), kernel.shape, geometry),
        normWeight: () => scaleBy(projected(), kept.scaleOut),
        normBias: () => scaleBy(sum(), kept.scaleOut),
        scaleIn: () => sumRowsOfProduct(saved(kept.input), gScaled()),
        scaleOut: () =>
          tf.add(
            tf.mul(projected(), norm.weight.value.tensor),
            tf.mul(sum(), norm.bias.value.tensor),
          ),
        shift: () => sum().clone(),
        down: () => {
          const down = saved(kept.down);
          const input = scaleBy(rescaled(), kept.mask);
          return convFilterGradient(input, gHidden(), thinShape(kernel, down), geometry).reshape(
            down.shape,
          );
        },
        up: () => upGradient(asMatrix(gConv()), saved(kept.hidden), factor),
      };
    },
  );
}

interface Forward {
  readonly output: tf.Tensor;
  /** What the norm reads. */
  readonly u: tf.Tensor | undefined;
  readonly low: ReturnType<typeof lowRankForward>;
}

type FoldedNorm = ReturnType<typeof foldNorm>;

/** In one kernel, where it runs and nothing but channels is changed. */
function fusedForward(
  x: tf.Tensor4D,
  kernel: Param,
  { slope, offset }: FoldedNorm,
  { stride, padding }: ConvGeometry,
  { scaleIn, lowRank }: Adaptation,
  keepsPlain: boolean,
): Forward | null {
  if (lowRank) return null;
  const filter = kernel.derived('hwio', toHwio) as tf.Tensor4D;
  const steps = { scaleIn: scaleIn?.tensor, scale: slope, shift: offset, keepsPlain };
  const made = simdConvolution(x, filter, stride, padding, steps);
  if (!made) return null;
  const low = lowRankForward(x, undefined, (input) => input);
  return { output: made.output, u: made.plain, low };
}

function plainForward(
  x: tf.Tensor,
  kernel: Param,
  { slope, offset }: FoldedNorm,
  { stride, padding }: ConvGeometry,
  { scaleIn, lowRank }: Adaptation,
): Forward {
  const scaled = scaleBy(x, scaleIn?.tensor);
  const filter = kernel.derived('hwio', toHwio) as tf.Tensor4D;
  const frozen = convolve(scaled as tf.Tensor4D, filter, stride, padding); // [B, H', W', out]
  const low = lowRankForward(scaled, lowRank, (input, down) => {
    const thinFilter = toHwio(down.reshape(thinShape(kernel, down))) as tf.Tensor4D;
    return convolve(input as tf.Tensor4D, thinFilter, stride, padding);
  });
  const u = low.output ? tf.add(frozen, low.output) : frozen;
  return { output: changed(u, { scale: slope, shift: offset }), u, low };
}

/** Shape of a low-rank update's first factor as a kernel. */
function thinShape(kernel: Param, down: tf.Tensor): number[] {
  return [down.shape[0], ...kernel.shape.slice(1)];
}

/** The norm and what follows it as one affine map per channel: y = slope ⊙ u + offset. */
function foldNorm(
  norm: BatchNorm,
  scaleOut: tf.Tensor | undefined,
  shift: tf.Tensor | undefined,
): Record<'slope' | 'offset' | 'inverse', tf.Tensor> {
  const inverse = norm.variance.derived(`inverse root, epsilon ${norm.epsilon}`, (variance) =>
    tf.rsqrt(tf.add(variance, norm.epsilon)),
  );
  const plainSlope = tf.mul(norm.weight.value.tensor, inverse);
  const plainOffset = tf.sub(norm.bias.value.tensor, tf.mul(norm.mean.value.tensor, plainSlope));
  const slope = scaleBy(plainSlope, scaleOut);
  const scaledOffset = scaleBy(plainOffset, scaleOut);
  const offset = shift ? tf.add(scaledOffset, shift) : scaledOffset;
  return { slope, offset, inverse };
}
