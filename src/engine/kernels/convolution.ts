/**
 * Convolution as a product with what every window sees, one row a window. The product reads that from
 * the image itself; where pixels are no whole vectors of four, a kernel lays it out.
 */
import * as tf from '@tensorflow/tfjs';
import { acceleratedWebgpu, requiredWebgpu } from './acceleration.ts';
import { launchEach } from './launch.ts';
import { matmulKernel } from './matmul.ts';
import { tilingFor } from './products/choose.ts';
import type { LeftSide } from './products/contract.ts';
import { launchProduct } from './products/product.ts';
import { windowRows, windowsOver, type Windows } from './window-runs.ts';
import { inVectors } from './wgsl.ts';

/** Bytes; larger layouts are left to TensorFlow.js, which makes none. */
const LARGEST_LAYOUT = 2 ** 28;

/** Rows of a product, as many as all tilings have workgroups for. */
const MOST_ROWS = 2 ** 20;

/** The width of a row that holds a window's pixels, padded to whole vectors of four. */
export const layoutWidth = (size: number, channels: number): number =>
  4 * Math.ceil((size * size * channels) / 4);

/**
 * True where the kernels below run for a convolution of [B, H, W, in] to `out` channels, with
 * `laysOut` also `windowsKernel`. Pixels of three channels are always laid out.
 */
export function hasWindowsKernel(
  input: readonly number[],
  windows: Windows,
  out: number,
  laysOut: boolean,
): boolean {
  const [batch = 0, height = 0, width = 0, channels = 0] = input;
  const places = windowsOver(input, windows).reduce((product, side) => product * side, 1);
  const bytes = 4 * places * layoutWidth(windows.size, channels);
  return (
    acceleratedWebgpu() !== null &&
    inVectors(out) &&
    Math.max(places, batch * height * width) <= MOST_ROWS &&
    (bytes <= LARGEST_LAYOUT || (!laysOut && inVectors(channels)))
  );
}

/** A product's left side, and what lies there. */
interface Seen {
  readonly x: tf.Tensor;
  readonly left: LeftSide;
  /** [in], where the product is still to multiply with it. */
  readonly scaleIn: tf.Tensor | undefined;
}

/** What every window over x [B, H, W, in] sees, times scaleIn [in]: x itself where that is read in vectors. */
export function windowsSeen(x: tf.Tensor, windows: Windows, scaleIn: tf.Tensor | undefined): Seen {
  if (inVectors(x.shape[3] ?? 0)) return { x, left: windowRows(x.shape, windows), scaleIn };
  const laidOut = windowsKernel(x, windows, scaleIn);
  const [rows, inner] = laidOut.shape;
  return { x: laidOut, left: { rows, inner }, scaleIn: undefined };
}

/**
 * What every window over x [B, H, W, in] sees, times scaleIn [in]: [B·H'·W', k·k·in] by row, column
 * and channel, with zeros after it up to `layoutWidth`.
 */
export function windowsKernel(
  x: tf.Tensor,
  windows: Windows,
  scaleIn: tf.Tensor | undefined,
): tf.Tensor2D {
  const { size, stride, padding } = windows;
  const [batch, rows, columns] = windowsOver(x.shape, windows);
  const [, height = 0, width = 0, channels = 0] = x.shape;
  const places = batch * rows * columns;
  const isPlain = size === 1 && stride === 1 && padding === 0;
  if (isPlain && !scaleIn && inVectors(channels)) return x.as2D(places, channels);
  const length = layoutWidth(size, channels);
  const components = inVectors(channels) ? 4 : 1;
  return launchEach(requiredWebgpu(), {
    name: `windows ${components}`,
    inputs: { x, scaleIn },
    outputs: { result: [places, length] },
    scalars: components === 1 ? ['x', 'scaleIn', 'result'] : [],
    sizes: {
      ...{ size, stride, padding, rows, columns, height, width },
      channels: channels / components,
      rowLength: length / components,
    },
    count: (places * length) / components,
    body: () => /* wgsl */ `
      let place = index / sizes.rowLength;
      let inRow = index % sizes.rowLength;
      let channel = inRow % sizes.channels;
      let tapNumber = inRow / sizes.channels;
      let tap = vec2<i32>(tapNumber / sizes.size, tapNumber % sizes.size);
      let corner = vec2<i32>((place / sizes.columns) % sizes.rows, place % sizes.columns);
      let pixel = corner * sizes.stride + tap - sizes.padding;
      let sides = vec2<i32>(sizes.height, sizes.width);
      let isInside = all(pixel >= vec2<i32>(0)) && all(pixel < sides);
      let start = ((place / (sizes.rows * sizes.columns)) * sides.x + pixel.x) * sides.y + pixel.y;
      var value = ${components === 4 ? 'vec4<f32>(0.0)' : '0.0'};
      if (isInside && tap.x < sizes.size) {
        value = x[start * sizes.channels + channel] ${scaleIn ? '* scaleIn[channel]' : ''};
      }
      result[index] = value;
    `,
  }).result.as2D(places, length);
}

/**
 * x [B, H, W, in] with filter [k, k, in, out] → [B, H', W', out]. Null where the backend is not to run
 * our kernels, `out` is no multiple of four, or what is to be laid out would be too large.
 */
export function convolutionKernel(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  geometry: Omit<Windows, 'size'>,
): tf.Tensor4D | null {
  const [size, , into, out] = filter.shape;
  const windows = { ...geometry, size };
  if (!hasWindowsKernel(x.shape, windows, out, false)) return null;
  return tf.tidy(() => {
    const { x: seen, left } = windowsSeen(x, windows, undefined);
    const unused = left.inner - size * size * into;
    const flat = filter.as2D(size * size * into, out);
    const right =
      unused > 0
        ? tf.pad2d(flat, [
            [0, unused],
            [0, 0],
          ])
        : flat;
    return columnsTimes(seen, left, right).as4D(...windowsOver(x.shape, windows), out);
  });
}

/** left · right [inner, columns] of a left side that lies in `x`. */
function columnsTimes(x: tf.Tensor, left: LeftSide, right: tf.Tensor2D): tf.Tensor {
  if (!left.runs) {
    const matrix = x.as2D(left.rows, left.inner);
    return matmulKernel(matrix, right, false, false) ?? tf.matMul(matrix, right);
  }
  const backend = requiredWebgpu();
  const columns = right.shape[1];
  const product = { batch: 1, columns, leftTurned: false, rightTurned: false, ...left };
  return launchProduct(backend, product, tilingFor(backend, product), { left: x, right });
}
