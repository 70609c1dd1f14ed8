import { countFlops } from '../work.ts';
import type * as tf from '@tensorflow/tfjs';
import { currentSimd, type Simd } from './simd.ts';
import { packRight } from './simd-product.ts';

/** What is done to a convolution while it is at hand, channel by channel: (K ∗ (scaleIn ⊙ x)) ⊙ scale + shift. */
interface ConvolutionSteps {
  readonly scaleIn?: tf.Tensor | undefined;
  readonly scale?: tf.Tensor | undefined;
  readonly shift?: tf.Tensor | undefined;
  /** Whether what is scaled is wanted, too. */
  readonly keepsPlain?: boolean;
}

type Pair = readonly [number, number];

/** A convolution as a product of windows with a filter; see `assembly/convolution.ts`. */
interface Windows {
  readonly stride: number;
  /** Rows above and columns left of the image that the first window starts at, as negative numbers. */
  readonly start: Pair;
  /** Windows down and across. */
  readonly grid: Pair;
  /** Height and width of the output, and which of its pixels are made: every `spread`-th from `first` on. */
  readonly into: Pair;
  readonly spread: number;
  readonly first: Pair;
}

interface Convolved {
  readonly output: tf.Tensor4D;
  /** What is scaled, where it was wanted. */
  readonly plain: tf.Tensor4D | undefined;
}

/**
 * x [B, H, W, C] with filter [k, k, C, N] → [B, H', W', N], every pixel scaled before by `scaleIn` [C]
 * and after as the steps say. Null where our kernels do not run.
 */
export function simdConvolution(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  stride: number,
  padding: number,
  steps: ConvolutionSteps = {},
): Convolved | null {
  const simd = currentSimd();
  if (!simd) return null;
  const [batch, height, width] = x.shape;
  const [down, across, , channels] = filter.shape;
  const grid: Pair = [
    Math.floor((height + 2 * padding - down) / stride) + 1,
    Math.floor((width + 2 * padding - across) / stride) + 1,
  ];
  const shape: [number, number, number, number] = [batch, ...grid, channels];
  const output = simd.output(shape).as4D(...shape);
  const plain = steps.keepsPlain ? simd.output(shape).as4D(...shape) : undefined;
  const start: Pair = [-padding, -padding];
  const windows = { stride, start, grid, into: grid, spread: 1, first: [0, 0] as const };
  convolve(simd, x, filter, windows, output, steps, plain);
  return { output, plain };
}

/** The filter's part for every `stride`-th row and column of an input's gradient, from [row, column] on; null where it has none. */
type FilterPart = (row: number, column: number) => tf.Tensor4D | null;

/**
 * ∂L/∂x [B, H, W, C] of a convolution, from ∂L/∂output scaled by `scaleIn`. Every `stride`-th pixel is
 * reached by the same taps alone: each such set is a convolution of its own, by `filterPart`.
 * Null where our kernels do not run.
 */
export function simdConvolutionGradient(
  gradient: tf.Tensor4D,
  filterPart: FilterPart,
  inputShape: readonly number[],
  stride: number,
  padding: number,
  scaleIn: tf.Tensor | undefined,
): tf.Tensor4D | null {
  const simd = currentSimd();
  if (!simd) return null;
  const [batch = 0, height = 0, width = 0, channels = 0] = inputShape;
  const output = simd.output(inputShape).as4D(batch, height, width, channels);
  const parts = partsOfInput(height, width, stride).map((first) => ({
    first,
    filter: filterPart(...first),
  }));
  if (parts.some(({ filter }) => !filter)) simd.clear(output);
  for (const { first, filter } of parts) {
    if (!filter) continue;
    const [row, column] = first;
    const begin = (at: number, taps = 0): number => Math.floor((at + padding) / stride) + 1 - taps;
    const windows: Windows = {
      stride: 1,
      start: [begin(row, filter.shape[0]), begin(column, filter.shape[1])],
      grid: [Math.ceil((height - row) / stride), Math.ceil((width - column) / stride)],
      into: [height, width],
      spread: stride,
      first,
    };
    convolve(simd, gradient, filter, windows, output, { scaleIn });
  }
  return output;
}

/** First pixels of the sets of which each is every `stride`-th row and column. */
function partsOfInput(height: number, width: number, stride: number): Pair[] {
  const places = (side: number): number[] => [...Array(Math.min(stride, side)).keys()];
  return places(height).flatMap((row) => places(width).map((column): Pair => [row, column]));
}

/** Rows of a kernel that reach every `stride`-th row of the input, from `first` on; the last one first, as they lie in the gradient. */
export function tapsReaching(
  first: number,
  size: number,
  stride: number,
  padding: number,
): number[] {
  const taps: number[] = [];
  for (let tap = (first + padding) % stride; tap < size; tap += stride) taps.unshift(tap);
  return taps;
}

function convolve(
  simd: Simd,
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  { stride, start, grid, into, spread, first }: Windows,
  output: tf.Tensor4D,
  steps: ConvolutionSteps,
  plain?: tf.Tensor4D,
): void {
  const { exports, threads } = simd;
  const [batch, height, width, channels] = x.shape;
  const [down, across, , out] = filter.shape;
  const depth = down * across * channels;
  const count = batch * grid[0] * grid[1];
  countFlops(2 * count * depth * out);
  const workBytes = exports.convolutionWorkBytes(out);
  const packedBytes = exports.packedBytes(depth, out);
  simd.lend(packedBytes + threads * workBytes, (packed) => {
    packRight(simd, simd.address(filter), [4 * out, 4], depth, out, packed);
    simd.run('CONVOLUTION', Math.ceil(count / exports.constant('BLOCK')), [
      ...[simd.address(x), height, width, channels, down, across, stride, ...start],
      ...[count, ...grid, packed, simd.address(output), ...into, spread, ...first, out],
      ...[simd.address(steps.scaleIn), 0, simd.address(steps.scale), simd.address(steps.shift)],
      simd.address(plain),
      ...[packed + packedBytes, workBytes],
    ]);
  });
}
