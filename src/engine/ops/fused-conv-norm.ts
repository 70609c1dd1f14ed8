/**
 * Convolution and batch norm as one product each way, where the device has kernels for them:
 * y = scale ⊙ plain + offset, then what follows. With a frozen norm, plain is what the norm makes of
 * the convolution and scale is the method's. With a trained one, plain is the normalised convolution,
 * and the norm's own weight and bias are part of the scale and the offset.
 */
import * as tf from '@tensorflow/tfjs';
import { deferred, lazy, saved, traced, wants, type Ending, type Value } from '../autograd.ts';
import {
  hasWindowsKernel,
  layoutWidth,
  windowsKernel,
  windowsSeen,
} from '../kernels/convolution.ts';
import { hasLinearKernel, linearInputGradient, linearKernel } from '../kernels/linear.ts';
import { joinNormChannels, normChannelsGradient } from '../kernels/norm-channels.ts';
import { gradientWindowRows, windowsOver, type Windows } from '../kernels/window-runs.ts';
import type { Param } from '../params.ts';
import { scaleBy } from './channels.ts';
import type { BatchNorm } from './conv-norm.ts';
import type { ConvGeometry } from './convolution.ts';
import { beforeEnding, layerSums } from './fused-parts.ts';
import type { Adaptation } from './linear.ts';
import { asMatrix, transposedTimes } from './matmul.ts';

interface Layer {
  readonly x: Value;
  readonly kernel: Param;
  readonly windows: Windows;
  readonly scaleIn: Value | undefined;
  readonly scaleOut: Value | undefined;
  readonly shift: Value | undefined;
  /** Weight and bias of a trained norm. */
  readonly trained: Pick<BatchNorm, 'weight' | 'bias'> | null;
  /** plain = slope ⊙ (K ∗ (scaleIn ⊙ x)) + centre, both [out] and frozen. */
  readonly slope: tf.Tensor;
  readonly centre: tf.Tensor;
}

/**
 * `convNorm` of the same arguments, which takes a sum and a ReLU that follow it along; null where
 * the device has no kernel for it, or the layer has a low-rank update.
 */
export function fusedConvNorm(
  x: Value,
  kernel: Param,
  norm: BatchNorm,
  geometry: ConvGeometry,
  { lowRank, scaleIn, scaleOut, shift }: Adaptation,
): Value | null {
  const [out = 0, channels = 0, size = 1] = kernel.shape;
  const windows = { ...geometry, size };
  const goesBack = wants(x) || wants(scaleIn);
  // The kernel's own gradient is a product with the windows laid out.
  if (lowRank || !hasWindowsKernel(x.shape, windows, out, wants(kernel.value))) return null;
  if (!hasLinearKernel(layoutWidth(size, channels), out)) return null;
  // Only pixels have fewer channels than a vector, and they get no gradient.
  if (channels % 4 !== 0 && goesBack) return null;
  const trained = norm.weight.trainable || norm.bias.trainable ? norm : null;
  const layer = { x, kernel, windows, scaleIn, scaleOut, shift, trained, ...frozenPart(norm) };
  const shape = [...windowsOver(x.shape, windows), out];
  return deferred(shape, inputsOf(layer), (ending) => finish(layer, shape, ending));
}

function inputsOf({ x, kernel, scaleIn, scaleOut, shift, trained }: Layer) {
  const norm = { weight: trained?.weight.value, bias: trained?.bias.value };
  return { x, kernel: kernel.value, scaleIn, scaleOut, shift, ...norm };
}

function finish(layer: Layer, shape: readonly number[], ending: Ending): Value {
  const { x, kernel, windows, scaleIn, scaleOut, shift, slope, centre } = layer;
  const { residual, activation } = ending;
  const inputs = { ...inputsOf(layer), residual };
  const behind = channelsBehind(layer);
  const wanted = {
    scaleIn: wants(scaleIn),
    products: wants(scaleOut) || wants(inputs.weight),
    sum: wants(shift) || wants(inputs.bias) || (wants(scaleOut) && layer.trained !== null),
  };
  const seen = windowsSeen(x.tensor, windows, scaleIn?.tensor);
  const { output, plain } = linearKernel(
    seen.x,
    kernel.derivedMatrix('rows', asRows),
    {
      ...{ slope, bias: centre, scaleIn: seen.scaleIn },
      ...{ scaleOut: behind.scale, shift: behind.offset },
    },
    { activation, residual: residual && asMatrix(residual.tensor) },
    wanted.products,
    seen.left,
  );
  const trains = Object.values(inputs).some((value) => wants(value));
  return traced(
    output.reshape([...shape]),
    inputs,
    {
      input: wants(kernel.value) || wanted.scaleIn ? x.tensor : undefined,
      plain,
      output: trains && activation === 'relu' ? output : undefined,
      // What is trained must be read as it was in the forward pass.
      kernel: wants(kernel.value) ? kernel.value.tensor : undefined,
      weight: inputs.weight?.tensor,
      bias: inputs.bias?.tensor,
      ownScale: scaleOut?.tensor,
      scaleIn: scaleIn?.tensor,
      scaleOut: behind.scale,
      shift: undefined,
    },
    (gradient, kept) => {
      const g = lazy(() => beforeEnding(gradient, ending, kept));
      const back = lazy(() => {
        const columns = kept.kernel
          ? asColumns(kept.kernel)
          : kernel.derivedMatrix('columns', asColumns);
        const along = wanted.scaleIn ? saved(kept.input) : undefined;
        const parts = { slope, scaleIn: kept.scaleIn, scaleOut: kept.scaleOut };
        const seenBy = gradientWindowRows(shape, x.shape, windows);
        return linearInputGradient(g(), columns, parts, along, seenBy);
      });
      const sums = lazy(() =>
        layerSums(
          {
            g: g(),
            u: wanted.products ? kept.plain : undefined,
            plain: wanted.sum,
            parts: wanted.scaleIn ? back().sums : undefined,
          },
          {
            products: kept.weight ? null : scaleOut?.gradient,
            sum: kept.bias ? null : shift?.gradient,
            total: scaleIn?.gradient,
          },
        ),
      );
      const ofNorm = lazy(() => {
        const own = { weight: saved(kept.weight), bias: saved(kept.bias), scaleOut: kept.ownScale };
        const behindNorm = { scale: saved(sums().products), offset: saved(sums().sum) };
        return normChannelsGradient(behindNorm, own, scaleOut?.gradient ?? undefined);
      });
      return {
        x: () => back().gradient.reshape(x.shape),
        kernel: () => {
          const behindConvolution = asMatrix(scaleBy(scaleBy(g(), kept.scaleOut), slope));
          const rows = windowsKernel(saved(kept.input), windows, kept.scaleIn);
          return fromRows(transposedTimes(behindConvolution, rows), kernel.shape);
        },
        scaleIn: () => ({ sum: saved(sums().total) }),
        scaleOut: () => ({ sum: kept.weight ? ofNorm().ofScaleOut : saved(sums().products) }),
        shift: () => (kept.bias ? saved(sums().sum).clone() : { sum: saved(sums().sum) }),
        weight: () => (kept.ownScale ? ofNorm().ofWeight : saved(sums().products).clone()),
        bias: () => (kept.ownScale ? ofNorm().ofBias : saved(sums().sum).clone()),
        residual: () =>
          g()
            .reshape([...shape])
            .clone(),
      };
    },
  );
}

/** The scale and the offset behind `plain`. */
function channelsBehind({ trained, scaleOut, shift }: Layer): {
  readonly scale: tf.Tensor | undefined;
  readonly offset: tf.Tensor | undefined;
} {
  if (!trained) return { scale: scaleOut?.tensor, offset: shift?.tensor };
  const [weight, bias] = [trained.weight.value.tensor, trained.bias.value.tensor];
  if (!scaleOut && !shift) return { scale: weight, offset: bias };
  return joinNormChannels({ weight, bias, scaleOut: scaleOut?.tensor, shift: shift?.tensor });
}

/** What the norm does and no optimizer changes: y = slope ⊙ u + centre. */
function frozenPart({ weight, bias, mean, variance, epsilon }: BatchNorm) {
  const inverse = variance.derived(`inverse root, epsilon ${epsilon}`, (values) =>
    tf.rsqrt(tf.add(values, epsilon)),
  );
  const centred = mean.derived(`centred, epsilon ${epsilon}`, (values) =>
    tf.neg(tf.mul(values, inverse)),
  );
  if (weight.trainable || bias.trainable) return { slope: inverse, centre: centred };
  return {
    slope: weight.derived(`slope, epsilon ${epsilon}`, (values) => tf.mul(values, inverse)),
    centre: bias.derived(`centre, epsilon ${epsilon}`, (values) =>
      tf.add(values, tf.mul(weight.value.tensor, centred)),
    ),
  };
}

/** OIHW → [out, k·k·in] as windows are read, zeros after it up to whole vectors. */
function asRows(kernel: tf.Tensor): tf.Tensor {
  const [out = 0, channels = 0, size = 1] = kernel.shape;
  const length = size * size * channels;
  const rows: tf.Tensor2D = tf.transpose(kernel, [0, 2, 3, 1]).reshape([out, length]);
  return tf.pad2d(rows, [
    [0, 0],
    [0, layoutWidth(size, channels) - length],
  ]);
}

/** The way back of `asRows`. */
function fromRows(rows: tf.Tensor2D, shape: readonly number[]): tf.Tensor {
  const [out = 0, channels = 0, size = 1] = shape;
  const kernel = tf.slice2d(rows, [0, 0], [out, size * size * channels]);
  return tf.transpose(kernel.reshape([out, size, size, channels]), [0, 3, 1, 2]);
}

/** OIHW → [k·k·out, in] as windows' gradients are read. */
function asColumns(kernel: tf.Tensor): tf.Tensor {
  const [out = 0, channels = 0, size = 1] = kernel.shape;
  return tf.transpose(kernel, [2, 3, 0, 1]).reshape([size * size * out, channels]);
}
