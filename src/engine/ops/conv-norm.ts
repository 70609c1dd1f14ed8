import * as tf from '@tensorflow/tfjs';
import { lazy, saved, traced, wants, type Value } from '../autograd.ts';
import { convolutionKernel } from '../kernels/convolution.ts';
import type { Param } from '../params.ts';
import { changed, scaleBy } from './channels.ts';
import { fusedConvNorm } from './fused-conv-norm.ts';
import type { Adaptation } from './linear.ts';
import { hiddenGradient, lowRankForward, upGradient } from './low-rank.ts';
import { asMatrix, transposedFactor } from './matmul.ts';
import { sumRows, sumRowsOfProduct } from './sums.ts';

/** Batch norm in evaluation mode: affine parameters and frozen statistics, all [C]. */
export interface BatchNorm {
  readonly weight: Param;
  readonly bias: Param;
  readonly mean: Param;
  readonly variance: Param;
  readonly epsilon: number;
}

export interface ConvGeometry {
  readonly stride: number;
  readonly padding: number;
}

/** OIHW, PyTorch's order, to HWIO, TensorFlow's. */
const toHwio = (kernel: tf.Tensor): tf.Tensor => tf.transpose(kernel, [2, 3, 1, 0]);

/**
 * y = scaleOut ⊙ batchNorm((K + low rank) ∗ (scaleIn ⊙ x)) + shift, x [B, H, W, in] → [B, H', W', out].
 * The convolution has no bias; the norm's statistics never change.
 */
export function convNorm(
  x: Value,
  kernel: Param,
  norm: BatchNorm,
  geometry: ConvGeometry,
  adaptation: Adaptation = {},
): Value {
  return (
    fusedConvNorm(x, kernel, norm, geometry, adaptation) ??
    convNormReference(x, kernel, norm, geometry, adaptation)
  );
}

/** In plain ops and products: what runs without our kernels, and the kernels' test. */
export function convNormReference(
  x: Value,
  kernel: Param,
  norm: BatchNorm,
  geometry: ConvGeometry,
  adaptation: Adaptation = {},
): Value {
  const { scaleIn, scaleOut, shift, lowRank } = adaptation;
  const { stride, padding } = geometry;
  const scaled = scaleBy(x.tensor, scaleIn?.tensor);
  const filter = kernel.derived('hwio', toHwio) as tf.Tensor4D;
  const frozen = convolve(scaled as tf.Tensor4D, filter, stride, padding); // [B, H', W', out]
  const thin = (down: tf.Tensor): number[] => [down.shape[0], ...kernel.shape.slice(1)];
  const low = lowRankForward(scaled, lowRank, (input, down) => {
    const thinFilter = toHwio(down.reshape(thin(down))) as tf.Tensor4D;
    return convolve(input as tf.Tensor4D, thinFilter, stride, padding);
  });
  const u = low.output ? tf.add(frozen, low.output) : frozen;
  const affine = foldNorm(norm, scaleOut?.tensor, shift?.tensor);
  const output = changed(u, { scale: affine.slope, shift: affine.offset });

  const wantsChannels = wants(norm.weight.value) || wants(scaleOut);
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
        const turned = kernel.derived('turned', turnAround);
        const back = convInputGradient(gConv(), turned, x.shape, geometry);
        if (!kept.down) return back;
        const thinTurned = turnAround(kept.down.reshape(thin(kept.down)));
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
          return convFilterGradient(input, gHidden(), thin(down), geometry).reshape(down.shape);
        },
        up: () => upGradient(asMatrix(gConv()), saved(kept.hidden), factor),
      };
    },
  );
}

/** x [B, H, W, in] with filter [k, k, in, out] → [B, H', W', out]. */
function convolve(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  stride: number,
  padding: number,
): tf.Tensor4D {
  return convolutionKernel(x, filter, { stride, padding }) ?? tf.conv2d(x, filter, stride, padding);
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

/**
 * ∂L/∂input of a convolution, as a convolution: the gradient spread out by the stride, under
 * the kernel turned around (see `turnAround`). Backends run that far faster than their own transposed one.
 */
function convInputGradient(
  gradient: tf.Tensor4D,
  turned: tf.Tensor,
  inputShape: readonly number[],
  { stride, padding }: ConvGeometry,
): tf.Tensor4D {
  const [size = 1] = turned.shape;
  const margin = size - 1 - padding;
  const [, rows = 0, columns = 0] = inputShape;
  const needed = [rows + size - 1 - margin, columns + size - 1 - margin] as const;
  const spread = stride > 1 ? spreadOut(gradient, stride, needed) : gradient;
  // What the strided convolution never read at the far edge gets no gradient.
  const below = needed[0] - spread.shape[1];
  const right = needed[1] - spread.shape[2];
  const padded = tf.pad4d(spread, [
    [0, 0],
    [margin, below],
    [margin, right],
    [0, 0],
  ]);
  return convolve(padded, turned as tf.Tensor4D, 1, 0);
}

/** OIHW → HWOI with both sides reversed: the kernel that carries gradients back. */
function turnAround(kernel: tf.Tensor): tf.Tensor {
  return tf.reverse(tf.transpose(kernel, [2, 3, 0, 1]), [0, 1]);
}

/** Puts `stride` − 1 rows and columns of zeros between those of x [B, H, W, C]; keeps at most `limit` of each. */
function spreadOut(x: tf.Tensor4D, stride: number, limit: readonly [number, number]): tf.Tensor4D {
  const [batch, rows, columns, channels] = x.shape;
  const gaps: [number, number] = [0, stride - 1];
  const pixels: tf.Tensor3D = x.reshape([batch * rows * columns, 1, channels]);
  const wide: tf.Tensor3D = tf
    .pad3d(pixels, [[0, 0], gaps, [0, 0]])
    .reshape([batch * rows, 1, columns * stride * channels]);
  const both: tf.Tensor4D = tf
    .pad3d(wide, [[0, 0], gaps, [0, 0]])
    .reshape([batch, rows * stride, columns * stride, channels]);
  const kept = [Math.min(rows * stride, limit[0]), Math.min(columns * stride, limit[1])] as const;
  return tf.slice4d(both, [0, 0, 0, 0], [batch, kept[0], kept[1], channels]);
}

/**
 * ∂L/∂kernel, OIHW: for every tap of the kernel one product of the gradient with the input
 * under that tap. WebAssembly has no kernel for it, and WebGPU's is one thread a weight.
 */
function convFilterGradient(
  input: tf.Tensor,
  gradient: tf.Tensor4D,
  kernelShape: readonly number[],
  geometry: ConvGeometry,
): tf.Tensor {
  const [out = 0, into = 0, height = 1, width = 1] = kernelShape;
  const [batch, rows, columns] = gradient.shape;
  const { stride } = geometry;
  const timesGradient = transposedFactor(asMatrix(gradient)); // of [B·H'·W', out]
  const phase = phases(input, geometry);
  const taps: tf.Tensor[] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const corner = [0, Math.floor(y / stride), Math.floor(x / stride), 0] as const;
      const under = tf.slice4d(
        phase(y % stride, x % stride),
        [...corner],
        [batch, rows, columns, into],
      );
      taps.push(timesGradient(asMatrix(under))); // [out, in]
    }
  }
  return tf.transpose(tf.stack(taps), [1, 2, 0]).reshape([out, into, height, width]);
}

/**
 * The padded input [B, H, W, C] taken apart by the stride: (row, column) ↦ every stride-th
 * pixel from there. Plain slices of plain slices, because strided ones are slow.
 */
function phases(
  input: tf.Tensor,
  { stride, padding }: ConvGeometry,
): (row: number, column: number) => tf.Tensor4D {
  const [batch = 0, rows = 0, columns = 0, channels = 0] = input.shape;
  const whole = (side: number): number => Math.ceil((side + 2 * padding) / stride) * stride;
  const [height, width] = [whole(rows), whole(columns)];
  const padded = tf.pad(input, [
    [0, 0],
    [padding, height - rows - padding],
    [padding, width - columns - padding],
    [0, 0],
  ]);
  const [high, wide] = [height / stride, width / stride];
  const split: tf.Tensor4D = padded.reshape([batch * high, stride, wide, stride * channels]);
  const known = new Map<number, tf.Tensor4D>();
  return (row, column) => {
    const key = row * stride + column;
    const made: tf.Tensor4D =
      known.get(key) ??
      tf
        .slice4d(split, [0, row, 0, column * channels], [batch * high, 1, wide, channels])
        .reshape([batch, high, wide, channels]);
    known.set(key, made);
    return made;
  };
}
