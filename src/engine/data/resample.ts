/**
 * Antialiased resizing, pixel for pixel as Pillow does it (`Resample.c`), because
 * that is what the backbones saw in pretraining: a separable filter whose support
 * grows with the reduction, horizontal pass first, 22-bit fixed-point weights, and
 * bytes between the passes.
 */

export interface Window {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Where pixels come from; read in strips, so a large picture never stands in memory twice. */
export interface PixelSource {
  readonly width: number;
  readonly height: number;
  /** RGBA bytes of a window, [height, width, 4]; alpha is not looked at. */
  read(window: Window): Uint8Array | Uint8ClampedArray;
}

export type Filter = 'bilinear' | 'bicubic';

const PRECISION_BITS = 32 - 8 - 2;
const HALF = 1 << (PRECISION_BITS - 1);
const STRIP_PIXELS = 4_000_000;

interface Kernel {
  readonly support: number;
  readonly weight: (distance: number) => number;
}

/** Keys' cubic convolution with a = −1/2. */
function cubic(distance: number): number {
  const x = Math.abs(distance);
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
  if (x < 2) return ((-0.5 * x + 2.5) * x - 4) * x + 2;
  return 0;
}

const kernels: Readonly<Record<Filter, Kernel>> = {
  bilinear: { support: 1, weight: (distance) => Math.max(0, 1 - Math.abs(distance)) },
  bicubic: { support: 2, weight: cubic },
};

/** For each output place of one axis: its first input place, how many, and their weights. */
interface Taps {
  readonly first: Int32Array;
  readonly count: Int32Array;
  /** [places, stride] */
  readonly weights: Int32Array;
  readonly stride: number;
}

function taps(input: number, output: number, from: number, places: number, kernel: Kernel): Taps {
  const scale = input / output;
  const widening = Math.max(1, scale);
  const support = kernel.support * widening;
  const stride = Math.ceil(support) * 2 + 1;
  const first = new Int32Array(places);
  const count = new Int32Array(places);
  const weights = new Int32Array(places * stride);
  for (let place = 0; place < places; place++) {
    const center = (from + place + 0.5) * scale;
    const start = Math.max(0, Math.trunc(center - support + 0.5));
    const end = Math.min(input, Math.trunc(center + support + 0.5));
    const exact = Array.from({ length: end - start }, (_, tap) =>
      kernel.weight((start + tap - center + 0.5) / widening),
    );
    const total = exact.reduce((sum, weight) => sum + weight, 0);
    first[place] = start;
    count[place] = exact.length;
    exact.forEach((weight, tap) => {
      const fixed = (weight / total) * (1 << PRECISION_BITS);
      weights[place * stride + tap] = Math.trunc(fixed + (fixed < 0 ? -0.5 : 0.5));
    });
  }
  return { first, count, weights, stride };
}

/** First input place that any output place reads, and the end of the last one. */
function reach({ first, count }: Taps): readonly [number, number] {
  const last = first.length - 1;
  return [first[0]!, first[last]! + count[last]!];
}

function clip(sum: number): number {
  const value = sum >> PRECISION_BITS;
  return value < 0 ? 0 : value > 255 ? 255 : value;
}

/** RGBA rows [rows, columns, 4] starting at column `left` → RGB rows [rows, places, 3], written at `offset`. */
function acrossRows(
  source: Uint8Array | Uint8ClampedArray,
  columns: number,
  left: number,
  { first, count, weights, stride }: Taps,
  target: Uint8Array,
  offset: number,
): void {
  const places = first.length;
  const rows = source.length / (columns * 4);
  let out = offset;
  for (let row = 0; row < rows; row++) {
    for (let place = 0; place < places; place++) {
      let at = (row * columns + first[place]! - left) * 4;
      let red = HALF;
      let green = HALF;
      let blue = HALF;
      const start = place * stride;
      const end = start + count[place]!;
      for (let tap = start; tap < end; tap++, at += 4) {
        const weight = weights[tap]!;
        red = (red + Math.imul(source[at]!, weight)) | 0;
        green = (green + Math.imul(source[at + 1]!, weight)) | 0;
        blue = (blue + Math.imul(source[at + 2]!, weight)) | 0;
      }
      target[out++] = clip(red);
      target[out++] = clip(green);
      target[out++] = clip(blue);
    }
  }
}

/** RGB rows whose first is input row `top` → the output rows, [places, width, 3]. */
function downColumns(
  source: Uint8Array,
  rowBytes: number,
  top: number,
  { first, count, weights, stride }: Taps,
): Uint8Array<ArrayBuffer> {
  const places = first.length;
  const target = new Uint8Array(places * rowBytes);
  const sums = new Int32Array(rowBytes);
  for (let place = 0; place < places; place++) {
    sums.fill(HALF);
    for (let tap = 0; tap < count[place]!; tap++) {
      const weight = weights[place * stride + tap]!;
      const at = (first[place]! + tap - top) * rowBytes;
      for (let index = 0; index < rowBytes; index++) {
        sums[index] = sums[index]! + Math.imul(source[at + index]!, weight);
      }
    }
    const out = place * rowBytes;
    for (let index = 0; index < rowBytes; index++) target[out + index] = clip(sums[index]!);
  }
  return target;
}

/**
 * Resizes to `width` × `height` and returns the part of the result that `window` names:
 * RGB bytes, [window.height, window.width, 3]. Only the pixels that part needs are read.
 */
export function resample(
  source: PixelSource,
  width: number,
  height: number,
  filter: Filter,
  window: Window = { left: 0, top: 0, width, height },
): Uint8Array<ArrayBuffer> {
  const kernel = kernels[filter];
  const across = taps(source.width, width, window.left, window.width, kernel);
  const down = taps(source.height, height, window.top, window.height, kernel);
  const [left, right] = reach(across);
  const [top, bottom] = reach(down);
  const columns = right - left;
  const rowBytes = window.width * 3;
  const narrowed = new Uint8Array((bottom - top) * rowBytes);
  const stripRows = Math.max(1, Math.floor(STRIP_PIXELS / columns));
  for (let row = top; row < bottom; row += stripRows) {
    const rows = Math.min(stripRows, bottom - row);
    const strip = source.read({ left, top: row, width: columns, height: rows });
    acrossRows(strip, columns, left, across, narrowed, (row - top) * rowBytes);
  }
  return downColumns(narrowed, rowBytes, top, down);
}
