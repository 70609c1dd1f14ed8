/**
 * A convolution as a product: a block of windows is laid out as the left side's rows, straight from
 * the image, and multiplied with the filter. x [B, H, W, C], filter [taps, taps, C, N].
 */
import { address, int } from './args';
import { BLOCK, DEPTH, packSix, ROWS } from './panels';
import { multiplyPanels, workBytes, zerosOf } from './product';
import { finishRow } from './row';

/** An address and two places for each of six windows. */
const CORNER_BYTES: i32 = ROWS * 12;

/** Bytes a thread works in, for `columns` output channels. */
export function convolutionWorkBytes(columns: i32): i32 {
  return workBytes() + BLOCK * columns * 4 + CORNER_BYTES;
}

/**
 * Window (row, column) of the grid sees, at tap (i, j), pixel (stride · row + i + above, stride ·
 * column + j + left), zero outside of the image. Its result is pixel (spread · row + first row,
 * spread · column + first column) of the output. A unit for every BLOCK windows.
 *
 * Arguments: x, height, width, channels, taps down, taps across, stride, above, left, windows, rows
 * and columns of the grid, packed filter, output, its height, its width, spread, first row, first
 * column, output channels, scaleIn, bias, scale, shift, plain, work, work's bytes a thread.
 */
export function convolution(args: usize, unit: i32, thread: i32): void {
  const columns = int(args, 19);
  const first = unit * BLOCK;
  const windows = min(BLOCK, int(args, 9) - first);
  const depth = int(args, 3) * int(args, 4) * int(args, 5);
  const work = address(args, 25) + <usize>thread * address(args, 26);
  const corners = work + <usize>workBytes();
  const block = corners + <usize>CORNER_BYTES;
  const row = (<usize>columns) << 2;
  const zeros = zerosOf(work);
  for (let k = 0; k < depth; k += DEPTH) {
    const steps = min(DEPTH, depth - k);
    for (let i = 0; i < windows; i += ROWS) {
      packWindows(
        args,
        first + i,
        min(ROWS, windows - i),
        k,
        steps,
        zeros,
        corners,
        work + <usize>(i * steps * 4),
      );
    }
    multiplyPanels(address(args, 12), k, steps, depth, block, row, windows, columns, work);
  }
  const plain = address(args, 24);
  for (let i = 0; i < windows; i++) {
    const at = outputPixel(args, first + i) * row;
    finishRow(
      block + <usize>i * row,
      address(args, 13) + at,
      columns,
      address(args, 21),
      address(args, 22),
      address(args, 23),
      plain ? plain + at : 0,
      0,
      0,
    );
  }
}

/** Number of the output pixel that a window makes. */
function outputPixel(args: usize, window: i32): usize {
  const rows = int(args, 10),
    columns = int(args, 11),
    spread = int(args, 16);
  const column = window % columns;
  const row = (window / columns) % rows;
  const image = window / (columns * rows);
  const down = image * int(args, 14) + row * spread + int(args, 17);
  return <usize>(down * int(args, 15) + column * spread + int(args, 18));
}

/** Lays out steps [k, k + steps) of up to six windows: stretches of numbers that lie together in each. */
function packWindows(
  args: usize,
  first: i32,
  count: i32,
  k: i32,
  steps: i32,
  zeros: usize,
  corners: usize,
  to: usize,
): void {
  const channels = int(args, 3),
    across = int(args, 5);
  const scale = address(args, 20);
  const inside = findCorners(args, first, count, corners);
  // Taps beside each other lie together, too, unless one of them is outside or is scaled anew.
  const together = inside && !scale ? across * channels : channels;
  const end = k + steps;
  while (k < end) {
    const stretch = k / together;
    const offset = k - stretch * together;
    const run = min(together - offset, end - k);
    const tap = together == channels ? stretch : stretch * across;
    const down = tap / across,
      beside = tap % across;
    const start = (<usize>offset) << 2;
    packSix(
      pixel(args, corners, down, beside, start, zeros),
      pixel(args, corners + 12, down, beside, start, zeros),
      pixel(args, corners + 24, down, beside, start, zeros),
      pixel(args, corners + 36, down, beside, start, zeros),
      pixel(args, corners + 48, down, beside, start, zeros),
      pixel(args, corners + 60, down, beside, start, zeros),
      run,
      scale ? scale + start : 0,
      to,
    );
    to += <usize>run * 24;
    k += run;
  }
}

/** Where the upper left corners of six windows are: image's address, row, column. Answers whether all lie between the left and the right edge. */
function findCorners(args: usize, first: i32, count: i32, corners: usize): bool {
  const height = int(args, 1),
    width = int(args, 2),
    stride = int(args, 6);
  const rows = int(args, 10),
    columns = int(args, 11);
  const bytes = (<usize>(height * width * int(args, 3))) << 2;
  let inside = true;
  for (let i = 0; i < ROWS; i++, corners += 12) {
    const window = first + i;
    const line = window / columns;
    const image = line / rows;
    const left = (window - line * columns) * stride + int(args, 8);
    store<usize>(corners, address(args, 0) + <usize>image * bytes);
    // What is no window lies above everything.
    store<i32>(
      corners,
      i < count ? (line - image * rows) * stride + int(args, 7) : -height - 64,
      4,
    );
    store<i32>(corners, left, 8);
    if (left < 0 || left + int(args, 5) > width) inside = false;
  }
  return inside;
}

/** Address of what a window sees at a tap, `start` bytes on. */
function pixel(
  args: usize,
  corner: usize,
  down: i32,
  beside: i32,
  start: usize,
  zeros: usize,
): usize {
  const row = load<i32>(corner, 4) + down;
  const column = load<i32>(corner, 8) + beside;
  if (<u32>row >= <u32>int(args, 1) || <u32>column >= <u32>int(args, 2)) return zeros;
  return (
    load<usize>(corner) + ((<usize>((row * int(args, 2) + column) * int(args, 3))) << 2) + start
  );
}
