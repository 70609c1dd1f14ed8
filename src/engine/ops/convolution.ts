/** Convolutions and their gradients, as backends run them fast. */
import * as tf from '@tensorflow/tfjs';
import { convolutionKernel } from '../kernels/convolution.ts';
import {
  simdConvolution,
  simdConvolutionGradient,
  tapsReaching,
} from '../kernels/wasm/simd-convolution.ts';
import type { Param } from '../params.ts';
import { asMatrix, transposedFactor } from './matmul.ts';

export interface ConvGeometry {
  readonly stride: number;
  readonly padding: number;
}

/** x [B, H, W, in] with filter [k, k, in, out] → [B, H', W', out]. */
export function convolve(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  stride: number,
  padding: number,
): tf.Tensor4D {
  return (
    convolutionKernel(x, filter, { stride, padding }) ??
    simdConvolution(x, filter, stride, padding)?.output ??
    tf.conv2d(x, filter, stride, padding)
  );
}

/** ∂L/∂input from g, ∂L/∂output, in one kernel; null where it does not run. */
export function fusedInputGradient(
  g: tf.Tensor4D,
  kernel: Param,
  slope: tf.Tensor,
  inputShape: readonly number[],
  { stride, padding }: ConvGeometry,
): tf.Tensor4D | null {
  const [, , height = 1, width = 1] = kernel.shape;
  const part = (row: number, column: number): tf.Tensor4D | null => {
    const down = tapsReaching(row, height, stride, padding);
    const across = tapsReaching(column, width, stride, padding);
    if (down.length * across.length === 0) return null;
    const layout = `reaching ${row}, ${column} of ${stride}, padding ${padding}`;
    return kernel.derived(layout, (tensor) => {
      const taps = tf.transpose(tensor, [2, 3, 0, 1]); // HWOI
      return tf.gather(tf.gather(taps, down, 0), across, 1);
    }) as tf.Tensor4D;
  };
  return simdConvolutionGradient(g, part, inputShape, stride, padding, slope);
}

/**
 * ∂L/∂input of a convolution, as a convolution: the gradient spread out by the stride, under
 * the kernel turned around (see `turnAround`). Backends run that far faster than their own transposed one.
 */
export function convInputGradient(
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
export function turnAround(kernel: tf.Tensor): tf.Tensor {
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
export function convFilterGradient(
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
