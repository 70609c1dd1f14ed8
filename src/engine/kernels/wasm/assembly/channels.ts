/** Kernels over rows of channels. */
import { address, int } from './args';
import { geluSlope } from './gelu';
import { wholeBytes } from './row';
import { madd } from './vector';

/** Rows a unit. */
export const CHANNEL_ROWS: i32 = 32;

/** y = x ⊙ scale + shift over every row. Arguments: x, y, rows, columns, scale or 0, shift or 0. */
export function affine(args: usize, unit: i32): void {
  const columns = int(args, 3);
  const last = min((unit + 1) * CHANNEL_ROWS, int(args, 2));
  const scale = address(args, 4),
    shift = address(args, 5);
  const row = (<usize>columns) << 2;
  const whole = wholeBytes(columns);
  for (let r = unit * CHANNEL_ROWS; r < last; r++) {
    const x = address(args, 0) + <usize>r * row;
    const y = address(args, 1) + <usize>r * row;
    let i: usize = 0;
    for (; i < whole; i += 16) {
      let value = v128.load(x + i);
      if (scale) value = f32x4.mul(value, v128.load(scale + i));
      if (shift) value = f32x4.add(value, v128.load(shift + i));
      v128.store(y + i, value);
    }
    for (; i < row; i += 4) {
      let value = load<f32>(x + i);
      if (scale) value *= load<f32>(scale + i);
      if (shift) value += load<f32>(shift + i);
      store<f32>(y + i, value);
    }
  }
}

/**
 * A unit's part of Σ a ⊙ b and of Σ a over the rows. Arguments: a, b or 0, rows, columns, rows a
 * unit, parts of the products [units, columns] or 0, parts of the sums [units, columns] or 0, what
 * the products and what the sums start from, or 0 each.
 */
export function sumRows(args: usize, unit: i32): void {
  const columns = int(args, 3);
  const some = int(args, 4);
  const last = min((unit + 1) * some, int(args, 2));
  const row = (<usize>columns) << 2;
  const products = address(args, 5) ? address(args, 5) + <usize>unit * row : 0;
  const sums = address(args, 6) ? address(args, 6) + <usize>unit * row : 0;
  if (products) begin(products, address(args, 7), row);
  if (sums) begin(sums, address(args, 8), row);
  for (let r = unit * some; r < last; r++) {
    const a = address(args, 0) + <usize>r * row;
    const b = address(args, 1) + <usize>r * row;
    if (products) addProduct(products, a, b, columns);
    if (sums) addRow(sums, a, columns);
  }
}

function begin(sums: usize, earlier: usize, bytes: usize): void {
  if (earlier) memory.copy(sums, earlier, bytes);
  else memory.fill(sums, 0, bytes);
}

/** gradient ⊙ (slope of GELU at x ⊙ scale + shift). Arguments: gradient, x, output, rows, columns, scale or 0, shift or 0. */
export function geluGradient(args: usize, unit: i32): void {
  const columns = int(args, 4);
  const last = min((unit + 1) * CHANNEL_ROWS, int(args, 3));
  const scale = address(args, 5),
    shift = address(args, 6);
  const row = (<usize>columns) << 2;
  const whole = wholeBytes(columns);
  for (let r = unit * CHANNEL_ROWS; r < last; r++) {
    const start = <usize>r * row;
    const g = address(args, 0) + start,
      x = address(args, 1) + start;
    const to = address(args, 2) + start;
    let i: usize = 0;
    for (; i < whole; i += 16) {
      let value = v128.load(x + i);
      if (scale) value = f32x4.mul(value, v128.load(scale + i));
      if (shift) value = f32x4.add(value, v128.load(shift + i));
      v128.store(to + i, f32x4.mul(v128.load(g + i), geluSlope(value)));
    }
    for (; i < row; i += 4) {
      let value = load<f32>(x + i);
      if (scale) value *= load<f32>(scale + i);
      if (shift) value += load<f32>(shift + i);
      const slope = f32x4.extract_lane(geluSlope(f32x4.splat(value)), 0);
      store<f32>(to + i, load<f32>(g + i) * slope);
    }
  }
}

/** to += a ⊙ b. */
export function addProduct(to: usize, a: usize, b: usize, columns: i32): void {
  const whole = wholeBytes(columns);
  const end = (<usize>columns) << 2;
  let i: usize = 0;
  for (; i < whole; i += 16) {
    v128.store(to + i, madd(v128.load(a + i), v128.load(b + i), v128.load(to + i)));
  }
  for (; i < end; i += 4) {
    store<f32>(to + i, load<f32>(to + i) + load<f32>(a + i) * load<f32>(b + i));
  }
}

/** to += a. */
export function addRow(to: usize, a: usize, columns: i32): void {
  const whole = wholeBytes(columns);
  const end = (<usize>columns) << 2;
  let i: usize = 0;
  for (; i < whole; i += 16) v128.store(to + i, f32x4.add(v128.load(to + i), v128.load(a + i)));
  for (; i < end; i += 4) store<f32>(to + i, load<f32>(to + i) + load<f32>(a + i));
}
