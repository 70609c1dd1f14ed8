/** What kernels do with one row of numbers at a time; a row is its address and its length. */
import { largestOf, madd, sumOf } from './vector';
import { exponential } from './exponential';
import { gelu } from './gelu';

/** Where the last whole group of four ends, in bytes. */
export function wholeBytes(length: i32): usize {
  return (<usize>(length & ~3)) << 2;
}

/** Σ a ⊙ b. */
export function dot(a: usize, b: usize, length: i32): f32 {
  const whole = wholeBytes(length);
  const end = (<usize>length) << 2;
  let sums = f32x4.splat(0);
  let i: usize = 0;
  for (; i < whole; i += 16) sums = madd(v128.load(a + i), v128.load(b + i), sums);
  let sum = sumOf(sums);
  for (; i < end; i += 4) sum += load<f32>(a + i) * load<f32>(b + i);
  return sum;
}

/**
 * y = activation(((x + bias) ⊙ scale) + shift + residual); an address of 0 leaves its part out, and 0
 * the activation, where 1 is GELU and 2 is ReLU. `plain` gets x + bias.
 */
export function finishRow(
  x: usize,
  y: usize,
  length: i32,
  bias: usize,
  scale: usize,
  shift: usize,
  plain: usize,
  activation: i32,
  residual: usize,
): void {
  const whole = wholeBytes(length);
  const end = (<usize>length) << 2;
  let i: usize = 0;
  for (; i < whole; i += 16) {
    let value = v128.load(x + i);
    if (bias) value = f32x4.add(value, v128.load(bias + i));
    if (plain) v128.store(plain + i, value);
    if (scale) value = f32x4.mul(value, v128.load(scale + i));
    if (shift) value = f32x4.add(value, v128.load(shift + i));
    if (residual) value = f32x4.add(value, v128.load(residual + i));
    if (activation == 1) value = gelu(value);
    else if (activation == 2) value = f32x4.max(value, f32x4.splat(0));
    v128.store(y + i, value);
  }
  for (; i < end; i += 4) {
    let value = load<f32>(x + i);
    if (bias) value += load<f32>(bias + i);
    if (plain) store<f32>(plain + i, value);
    if (scale) value *= load<f32>(scale + i);
    if (shift) value += load<f32>(shift + i);
    if (residual) value += load<f32>(residual + i);
    if (activation == 1) value = f32x4.extract_lane(gelu(f32x4.splat(value)), 0);
    else if (activation == 2) value = max(value, <f32>0);
    store<f32>(y + i, value);
  }
}

/** x = softmax(factor · x + bias); `bias` may be 0. */
export function softmaxRow(x: usize, length: i32, factor: f32, bias: usize): void {
  const whole = wholeBytes(length);
  const end = (<usize>length) << 2;
  const by = f32x4.splat(factor);
  let largest = f32x4.splat(-Infinity);
  let i: usize = 0;
  for (; i < whole; i += 16) {
    let value = f32x4.mul(v128.load(x + i), by);
    if (bias) value = f32x4.add(value, v128.load(bias + i));
    v128.store(x + i, value);
    largest = f32x4.max(largest, value);
  }
  let top = largestOf(largest);
  for (; i < end; i += 4) {
    let value = load<f32>(x + i) * factor;
    if (bias) value += load<f32>(bias + i);
    store<f32>(x + i, value);
    top = max(top, value);
  }
  const tops = f32x4.splat(top);
  let sums = f32x4.splat(0);
  for (i = 0; i < whole; i += 16) {
    const value = exponential(f32x4.sub(v128.load(x + i), tops));
    v128.store(x + i, value);
    sums = f32x4.add(sums, value);
  }
  let sum = sumOf(sums);
  for (; i < end; i += 4) {
    const value = f32x4.extract_lane(exponential(f32x4.splat(load<f32>(x + i) - top)), 0);
    store<f32>(x + i, value);
    sum += value;
  }
  scaleRow(x, length, 1 / sum);
}

export function scaleRow(x: usize, length: i32, factor: f32): void {
  const whole = wholeBytes(length);
  const end = (<usize>length) << 2;
  const by = f32x4.splat(factor);
  let i: usize = 0;
  for (; i < whole; i += 16) v128.store(x + i, f32x4.mul(v128.load(x + i), by));
  for (; i < end; i += 4) store<f32>(x + i, load<f32>(x + i) * factor);
}

/** g = p ⊙ (g − Σ g ⊙ p): what softmax hands back. */
export function softmaxGradientRow(g: usize, p: usize, length: i32): void {
  const sum = dot(g, p, length);
  const whole = wholeBytes(length);
  const end = (<usize>length) << 2;
  const sums = f32x4.splat(sum);
  let i: usize = 0;
  for (; i < whole; i += 16) {
    v128.store(g + i, f32x4.mul(v128.load(p + i), f32x4.sub(v128.load(g + i), sums)));
  }
  for (; i < end; i += 4) store<f32>(g + i, load<f32>(p + i) * (load<f32>(g + i) - sum));
}
