/**
 * What windows over an image see, and what its pixels were seen by, as the left side of a product
 * that reads the image itself (implicit GEMM): a run is a tap of the filter, all channels of a pixel.
 */
import type { LeftSide, Runs } from './products/contract.ts';

export interface Windows {
  readonly size: number;
  readonly stride: number;
  readonly padding: number;
}

/** [B, H', W'] of a convolution over [B, H, W, in]. */
export function windowsOver(
  [batch = 0, height = 0, width = 0]: readonly number[],
  { size, stride, padding }: Windows,
): [number, number, number] {
  const along = (side: number): number => Math.floor((side + 2 * padding - size) / stride) + 1;
  return [batch, along(height), along(width)];
}

/** A row for every window over an image [B, H, W, in]: what it sees by row, column and channel. */
export function windowRows(image: readonly number[], windows: Windows): LeftSide {
  return sideOf(windows, {
    name: 'windows',
    read: image,
    places: windowsOver(image, windows),
    find: (id) => ({
      at: inOrder(id),
      base: `at${id} * sizes.stride - sizes.padding`,
      place: `let place${id} = base${id} + tap;`,
    }),
  });
}

/**
 * A row for every pixel of an image [B, H, W, in]: the gradients [B, H', W', out] of all windows that
 * saw it, by the filter's row, column and output channel.
 */
export function gradientWindowRows(
  gradient: readonly number[],
  image: readonly number[],
  windows: Windows,
): LeftSide {
  const { stride } = windows;
  const [, height = 0, width = 0] = image;
  const isSorted = stride > 1 && height % stride === 0 && width % stride === 0;
  return sideOf(windows, {
    // The stride is written out, for threads divide by it again and again.
    name: `gradient windows every ${stride} ${isSorted ? 'sorted' : ''}`,
    read: gradient,
    places: image,
    find: (id) => ({
      at: isSorted ? sortedByStride(id, stride) : inOrder(id),
      base: `at${id} + sizes.padding`,
      place: `let corner${id} = base${id} - tap; let place${id} = corner${id} / ${stride};`,
      isWhole: `all(place${id} * ${stride} == corner${id})`,
    }),
    ...(isSorted ? sameTaps(stride) : {}),
  });
}

interface Reading extends Pick<Runs, 'name' | 'span' | 'isEmpty'> {
  /** Shape of the buffer that is read. */
  readonly read: readonly number[];
  /** Of what the rows stand for, without channels or with. */
  readonly places: readonly number[];
  readonly find: (id: number) => Find;
}

/** WGSL that finds what a row reads. */
interface Find {
  /** Declares `image` and the place `at`, of the image's rows and columns, that the row stands for. */
  readonly at: string;
  /** What of the place below does not depend on the tap. */
  readonly base: string;
  /** Declares `place`, of the buffer's rows and columns, that a tap reads. */
  readonly place: string;
  /** Whether there is such a place at all. */
  readonly isWhole?: string;
}

const inOrder = (id: number): string => /* wgsl */ `
  let image${id} = row${id} / (sizes.down * sizes.across);
  let at${id} = vec2<i32>((row${id} / sizes.across) % sizes.down, row${id} % sizes.across);
`;

/**
 * Pixels that the same taps reach come together, so that neighbouring rows are zeros in the same runs:
 * three quarters of all where every second pixel has a window.
 */
const sortedByStride = (id: number, stride: number): string => /* wgsl */ `
  let down${id} = sizes.down / ${stride};
  let across${id} = sizes.across / ${stride};
  let part${id} = row${id} / (down${id} * across${id});
  let image${id} = part${id} % sizes.images;
  let phase${id} = part${id} / sizes.images;
  let at${id} = vec2<i32>(phase${id} / ${stride}, phase${id} % ${stride})
    + ${stride} * vec2<i32>((row${id} / across${id}) % down${id}, row${id} % across${id});
`;

/** Whether a tap reaches any of some neighbouring pixels that are sorted so. */
const sameTaps = (stride: number): Pick<Runs, 'span' | 'isEmpty'> => ({
  span: (first, last) => /* wgsl */ `
    let inPhase = sizes.images * (sizes.down / ${stride}) * (sizes.across / ${stride});
    let phase = ${first} / inPhase;
    let isOnePhase = phase == (${last}) / inPhase;
    let reached = vec2<i32>(phase / ${stride}, phase % ${stride}) + sizes.padding;
  `,
  isEmpty: `(isOnePhase & any((reached - tap) % ${stride} != vec2<i32>(0)))`,
});

function sideOf(
  { size, stride, padding }: Windows,
  { name, read, places, find, span, isEmpty }: Reading,
): LeftSide {
  const [images = 0, height = 0, width = 0, channels = 0] = read;
  const [, down = 0, across = 0] = places;
  const left = { rows: images * down * across, inner: size * size * channels };
  // Each row is a pixel's channels: a matrix as it lies there.
  if (size === 1 && stride === 1 && padding === 0) return left;
  const run = channels / 4;
  const runs: Runs = {
    name,
    kind: `${name} ${size} ${stride}`,
    sizes: { run, size, stride, padding, images, height, width, down, across },
    count: images * height * width * channels,
    first: 'var tap = vec2<i32>(0);',
    next: /* wgsl */ `
      tap.y += 1;
      if (tap.y == sizes.size) { tap = vec2<i32>(tap.x + 1, 0); }
    `,
    row: (row, id) => /* wgsl */ `
      let row${id} = ${row};
      ${find(id).at}
      let base${id} = ${find(id).base};
      let outRow${id} = (image${id} * sizes.down + at${id}.x) * sizes.across + at${id}.y;
    `,
    start: (id) => /* wgsl */ `
      ${find(id).place}
      // A negative place is a large one without its sign.
      let isSeen${id} = ${find(id).isWhole ?? 'true'}
        & all(vec2<u32>(place${id}) < vec2<u32>(vec2<i32>(sizes.height, sizes.width)));
      let line${id} = image${id} * sizes.height + place${id}.x;
      let start${id} = select(-1, (line${id} * sizes.width + place${id}.y) * sizes.run, isSeen${id});
    `,
    span,
    isEmpty,
  };
  return { ...left, runs };
}
