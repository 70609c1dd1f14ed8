/** What max pooling hands back: a window's gradient goes to the first pixel that has its maximum. */
import { address, int } from './args';

/**
 * A unit is one image. Arguments: x, ∂L/∂output, ∂L/∂x, height, width, channels, size of a window,
 * stride, margin, windows down, windows across.
 */
export function maxPoolGradient(args: usize, unit: i32): void {
  const height = int(args, 3),
    width = int(args, 4),
    channels = int(args, 5);
  const rows = int(args, 9),
    columns = int(args, 10);
  const pixel = (<usize>channels) << 2;
  const bytes = <usize>(height * width) * pixel;
  const x = address(args, 0) + <usize>unit * bytes;
  const to = address(args, 2) + <usize>unit * bytes;
  let g = address(args, 1) + <usize>(unit * rows * columns) * pixel;
  memory.fill(to, 0, bytes);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, g += pixel) {
      const whole = pixel & ~15;
      for (let i: usize = 0; i < whole; i += 16)
        handBack(args, x + i, g + i, to + i, row, column, true);
      for (let i = whole; i < pixel; i += 4)
        handBack(args, x + i, g + i, to + i, row, column, false);
    }
  }
}

/** One window, four channels or one. */
function handBack(
  args: usize,
  x: usize,
  g: usize,
  to: usize,
  row: i32,
  column: i32,
  four: bool,
): void {
  const height = int(args, 3),
    width = int(args, 4);
  const size = int(args, 6),
    stride = int(args, 7),
    margin = int(args, 8);
  const pixel = (<usize>int(args, 5)) << 2;
  const top = row * stride - margin,
    left = column * stride - margin;
  const above = max(top, 0),
    below = min(top + size, height);
  const first = max(left, 0),
    last = min(left + size, width);
  let largest = f32x4.splat(-Infinity);
  let where = i32x4.splat(-1);
  for (let y = above; y < below; y++) {
    for (let at = y * width + first; at < y * width + last; at++) {
      const value = load4(x + <usize>at * pixel, four);
      const larger = f32x4.gt(value, largest);
      largest = v128.bitselect(value, largest, larger);
      where = v128.bitselect(i32x4.splat(at), where, larger);
    }
  }
  const gradient = load4(g, four);
  for (let y = above; y < below; y++) {
    for (let at = y * width + first; at < y * width + last; at++) {
      const place = to + <usize>at * pixel;
      const here = v128.and(gradient, i32x4.eq(where, i32x4.splat(at)));
      const sum = f32x4.add(load4(place, four), here);
      if (four) v128.store(place, sum);
      else store<f32>(place, f32x4.extract_lane(sum, 0));
    }
  }
}

function load4(from: usize, four: bool): v128 {
  return four ? v128.load(from) : v128.load32_zero(from);
}
