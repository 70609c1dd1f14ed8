/** Layer norm over rows, and what it hands back. */
import { address, float, int } from './args';
import { wholeBytes } from './row';
import { madd, sumOf } from './vector';

/** Rows a unit. */
export const NORM_ROWS: i32 = 32;

function mean(x: usize, length: i32): f32 {
  const whole = wholeBytes(length);
  const end = (<usize>length) << 2;
  let sums = f32x4.splat(0);
  let i: usize = 0;
  for (; i < whole; i += 16) sums = f32x4.add(sums, v128.load(x + i));
  let sum = sumOf(sums);
  for (; i < end; i += 4) sum += load<f32>(x + i);
  return sum / <f32>length;
}

function variance(x: usize, length: i32, mean: f32): f32 {
  const whole = wholeBytes(length);
  const end = (<usize>length) << 2;
  const means = f32x4.splat(mean);
  let sums = f32x4.splat(0);
  let i: usize = 0;
  for (; i < whole; i += 16) {
    const centred = f32x4.sub(v128.load(x + i), means);
    sums = madd(centred, centred, sums);
  }
  let sum = sumOf(sums);
  for (; i < end; i += 4) {
    const centred = load<f32>(x + i) - mean;
    sum += centred * centred;
  }
  return sum / <f32>length;
}

/**
 * y = weight ⊙ (x − mean) / √(variance + ε) + bias. Arguments: x, y, rows, columns, weight, bias, ε,
 * statistics [rows, 2]: mean and inverse deviation.
 */
export function layerNorm(args: usize, unit: i32): void {
  const columns = int(args, 3);
  const last = min((unit + 1) * NORM_ROWS, int(args, 2));
  const weight = address(args, 4),
    bias = address(args, 5);
  const row = (<usize>columns) << 2;
  const whole = wholeBytes(columns);
  for (let r = unit * NORM_ROWS; r < last; r++) {
    const x = address(args, 0) + <usize>r * row;
    const y = address(args, 1) + <usize>r * row;
    const centre = mean(x, columns);
    const inverse: f32 = 1 / sqrt(variance(x, columns, centre) + float(args, 6));
    const statistics = address(args, 7) + ((<usize>r) << 3);
    store<f32>(statistics, centre);
    store<f32>(statistics, inverse, 4);
    const centres = f32x4.splat(centre),
      inverses = f32x4.splat(inverse);
    let i: usize = 0;
    for (; i < whole; i += 16) {
      const normal = f32x4.mul(f32x4.sub(v128.load(x + i), centres), inverses);
      v128.store(y + i, madd(normal, v128.load(weight + i), v128.load(bias + i)));
    }
    for (; i < row; i += 4) {
      const normal = (load<f32>(x + i) - centre) * inverse;
      store<f32>(y + i, normal * load<f32>(weight + i) + load<f32>(bias + i));
    }
  }
}

/**
 * ∂L/∂x with `earlier` added. With ĝ = g ⊙ weight it is inverse · (ĝ − mean(ĝ) − x̂ · mean(ĝ ⊙ x̂)).
 * Arguments: g, x, rows, columns, weight, statistics, ∂L/∂x, earlier or 0, x̂ (to be kept) or 0.
 */
export function layerNormGradient(args: usize, unit: i32): void {
  const columns = int(args, 3);
  const last = min((unit + 1) * NORM_ROWS, int(args, 2));
  const row = (<usize>columns) << 2;
  const earlier = address(args, 7),
    normalised = address(args, 8);
  for (let r = unit * NORM_ROWS; r < last; r++) {
    const start = <usize>r * row;
    const statistics = address(args, 5) + ((<usize>r) << 3);
    rowGradient(
      address(args, 0) + start,
      address(args, 1) + start,
      address(args, 4),
      columns,
      load<f32>(statistics),
      load<f32>(statistics, 4),
      address(args, 6) + start,
      earlier ? earlier + start : 0,
      normalised ? normalised + start : 0,
    );
  }
}

function rowGradient(
  g: usize,
  x: usize,
  weight: usize,
  columns: i32,
  mean: f32,
  inverse: f32,
  to: usize,
  earlier: usize,
  normalised: usize,
): void {
  const whole = wholeBytes(columns);
  const end = (<usize>columns) << 2;
  const means = f32x4.splat(mean),
    inverses = f32x4.splat(inverse);
  let sums = f32x4.splat(0),
    products = f32x4.splat(0);
  let i: usize = 0;
  for (; i < whole; i += 16) {
    const hat = f32x4.mul(v128.load(g + i), v128.load(weight + i));
    sums = f32x4.add(sums, hat);
    products = madd(hat, f32x4.sub(v128.load(x + i), means), products);
  }
  let sum = sumOf(sums),
    product = sumOf(products);
  for (; i < end; i += 4) {
    const hat = load<f32>(g + i) * load<f32>(weight + i);
    sum += hat;
    product += hat * (load<f32>(x + i) - mean);
  }
  const meanGradient = sum / <f32>columns;
  const slope = (product / <f32>columns) * inverse; // mean(ĝ ⊙ x̂)
  const meanGradients = f32x4.splat(meanGradient),
    slopes = f32x4.splat(slope);
  for (i = 0; i < whole; i += 16) {
    const normal = f32x4.mul(f32x4.sub(v128.load(x + i), means), inverses);
    if (normalised) v128.store(normalised + i, normal);
    const hat = f32x4.mul(v128.load(g + i), v128.load(weight + i));
    const along = f32x4.sub(f32x4.sub(hat, meanGradients), f32x4.mul(normal, slopes));
    let value = f32x4.mul(along, inverses);
    if (earlier) value = f32x4.add(value, v128.load(earlier + i));
    v128.store(to + i, value);
  }
  for (; i < end; i += 4) {
    const normal = (load<f32>(x + i) - mean) * inverse;
    if (normalised) store<f32>(normalised + i, normal);
    const hat = load<f32>(g + i) * load<f32>(weight + i);
    let value = (hat - meanGradient - normal * slope) * inverse;
    if (earlier) value += load<f32>(earlier + i);
    store<f32>(to + i, value);
  }
}
