/**
 * Convolution as a product: a kernel lays out what every window sees, one row a window, for a
 * product with the filter; and, for the way back, what every pixel was seen by.
 */
import * as tf from '@tensorflow/tfjs';
import { acceleratedWebgpu, requiredWebgpu } from './acceleration.ts';
import { launchEach } from './launch.ts';
import { matmulKernel } from './matmul.ts';
import { inVectors } from './wgsl.ts';

/** Bytes; larger layouts are left to TensorFlow.js, which makes none. */
const LARGEST_LAYOUT = 2 ** 28;

export interface Windows {
  readonly size: number;
  readonly stride: number;
  readonly padding: number;
}

/** The width of a row that holds a window's pixels, padded to whole vectors of four. */
export const layoutWidth = (size: number, channels: number): number =>
  4 * Math.ceil((size * size * channels) / 4);

/** [B, H', W'] of a convolution over [B, H, W, in]. */
export function windowsOver(
  [batch = 0, height = 0, width = 0]: readonly number[],
  { size, stride, padding }: Windows,
): [number, number, number] {
  const along = (side: number): number => Math.floor((side + 2 * padding - size) / stride) + 1;
  return [batch, along(height), along(width)];
}

/**
 * True where the kernels below lay out a convolution of [B, H, W, in] to `out` channels: the second
 * only where gradients are to go back.
 */
export function hasWindowsKernel(
  input: readonly number[],
  windows: Windows,
  out: number,
  goesBack: boolean,
): boolean {
  const [batch = 0, height = 0, width = 0, channels = 0] = input;
  const places = windowsOver(input, windows).reduce((product, side) => product * side, 1);
  const fits = (rows: number, length: number): boolean => 4 * rows * length <= LARGEST_LAYOUT;
  return (
    acceleratedWebgpu() !== null &&
    inVectors(out) &&
    fits(places, layoutWidth(windows.size, channels)) &&
    (!goesBack || fits(batch * height * width, layoutWidth(windows.size, out)))
  );
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
  const output = windowsOver(x.shape, windows);
  const { size, stride, padding } = windows;
  const [, height = 0, width = 0, channels = 0] = x.shape;
  const [batch, rows, columns] = output;
  const isPlain = size === 1 && stride === 1 && padding === 0;
  if (isPlain && !scaleIn && inVectors(channels)) return x.as2D(batch * rows * columns, channels);
  return layout(
    'windows',
    { x, scaleIn },
    { size, stride, padding, rows, columns, height, width },
    [batch * rows * columns, channels],
    /* wgsl */ `
      let corner = vec2<i32>((place / sizes.columns) % sizes.rows, place % sizes.columns);
      let pixel = corner * sizes.stride + tap - sizes.padding;
      let sides = vec2<i32>(sizes.height, sizes.width);
      let isInside = all(pixel >= vec2<i32>(0)) && all(pixel < sides);
      let start = ((place / (sizes.rows * sizes.columns)) * sides.x + pixel.x) * sides.y + pixel.y;
    `,
    scaleIn
      ? 'x[start * sizes.channels + channel] * scaleIn[channel]'
      : 'x[start * sizes.channels + channel]',
  );
}

/**
 * For every pixel of the input the gradients of all windows that saw it, times each of `scales`
 * [out]: g [B, H', W', out] → [B·H·W, k·k·out] by the filter's row, column and output channel.
 */
export function gradientWindowsKernel(
  g: tf.Tensor,
  input: readonly number[],
  { size, stride, padding }: Windows,
  scales: readonly (tf.Tensor | undefined)[],
): tf.Tensor2D {
  const [batch = 0, height = 0, width = 0] = input;
  const [, rows = 0, columns = 0, channels = 0] = g.shape;
  const [first, second] = scales;
  const isPlain = size === 1 && stride === 1 && padding === 0;
  if (isPlain && !first && !second) return g.as2D(batch * height * width, channels);
  const scaled = `${first ? '* first[channel]' : ''} ${second ? '* second[channel]' : ''}`;
  return layout(
    'gradient windows',
    { x: g, first, second },
    { size, stride, padding, rows, columns, height, width },
    [batch * height * width, channels],
    /* wgsl */ `
      let pixel = vec2<i32>((place / sizes.width) % sizes.height, place % sizes.width);
      let corner = pixel + sizes.padding - tap;
      let window = corner / sizes.stride;
      let sides = vec2<i32>(sizes.rows, sizes.columns);
      let isInside = all(corner >= vec2<i32>(0)) && all(window * sizes.stride == corner)
        && all(window < sides);
      let start = ((place / (sizes.height * sizes.width)) * sides.x + window.x) * sides.y + window.y;
    `,
    `x[start * sizes.channels + channel] ${scaled}`,
  );
}

/** A row of taps for every place; `find` says where a tap reads, and whether it is inside. */
function layout(
  name: string,
  inputs: Readonly<Record<'x', tf.Tensor> & Record<string, tf.Tensor | undefined>>,
  sizes: Readonly<Record<string, number> & { size: number }>,
  [places, channels]: readonly [number, number],
  find: string,
  value: string,
): tf.Tensor2D {
  const backend = requiredWebgpu();
  const width = layoutWidth(sizes.size, channels);
  const components = inVectors(channels) ? 4 : 1;
  const count = (places * width) / components;
  return launchEach(backend, {
    name: `${name} ${components}`,
    inputs,
    outputs: { result: [places, width] },
    scalars: components === 1 ? [...Object.keys(inputs), 'result'] : [],
    sizes: { ...sizes, channels: channels / components, rowLength: width / components },
    count,
    body: () => /* wgsl */ `
      let place = index / sizes.rowLength;
      let inRow = index % sizes.rowLength;
      let channel = inRow % sizes.channels;
      let tapNumber = inRow / sizes.channels;
      let tap = vec2<i32>(tapNumber / sizes.size, tapNumber % sizes.size);
      ${find}
      var value = ${components === 4 ? 'vec4<f32>(0.0)' : '0.0'};
      if (isInside && tap.x < sizes.size) { value = ${value}; }
      result[index] = value;
    `,
  }).result.as2D(places, width);
}

/**
 * x [B, H, W, in] with filter [k, k, in, out] → [B, H', W', out]. Null where the backend is not
 * to run `matmulKernel`, `out` is no multiple of four, or the layout would be too large.
 */
export function convolutionKernel(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  windows: Omit<Windows, 'size'>,
): tf.Tensor4D | null {
  const [size, , into, out] = filter.shape;
  if (!hasWindowsKernel(x.shape, { ...windows, size }, out, false)) return null;
  return tf.tidy(() => {
    const seen = windowsKernel(x, { ...windows, size }, undefined);
    const flat = filter.as2D(size * size * into, out);
    const unused = seen.shape[1] - size * size * into;
    const whole =
      unused > 0
        ? tf.pad2d(flat, [
            [0, unused],
            [0, 0],
          ])
        : flat;
    const product = matmulKernel(seen, whole, false, false) ?? tf.matMul(seen, whole);
    return product.as4D(...windowsOver(x.shape, { ...windows, size }), out);
  });
}
