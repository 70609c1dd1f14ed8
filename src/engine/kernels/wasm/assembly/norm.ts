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

/** y = weight ⊙ (x − mean) / √(variance + ε) + bias. Arguments: x, y, rows, columns, weight, bias, ε, means, inverse deviations. */
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
    store<f32>(address(args, 7) + ((<usize>r) << 2), centre);
    store<f32>(address(args, 8) + ((<usize>r) << 2), inverse);
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
 * ∂L/∂x, and a unit's part of ∂L/∂weight and ∂L/∂bias. Arguments: g, x, rows, columns, weight, means,
 * inverse deviations, rows a unit, ∂L/∂x or 0, parts of ∂L/∂weight and of ∂L/∂bias [units, columns],
 * both or none.
 */
export function layerNormGradient(args: usize, unit: i32): void {
  const columns = int(args, 3);
  const rows = int(args, 7);
  const last = min((unit + 1) * rows, int(args, 2));
  const row = (<usize>columns) << 2;
  const partOf = <usize>unit * row;
  const part = address(args, 9) ? address(args, 9) + partOf : 0;
  const biasPart = address(args, 10) + partOf;
  if (part) {
    memory.fill(part, 0, row);
    memory.fill(biasPart, 0, row);
  }
  for (let r = unit * rows; r < last; r++) {
    const start = <usize>r * row;
    const g = address(args, 0) + start,
      x = address(args, 1) + start;
    const centre = load<f32>(address(args, 5) + ((<usize>r) << 2));
    const inverse = load<f32>(address(args, 6) + ((<usize>r) << 2));
    if (part) addParameterGradients(g, x, columns, centre, inverse, part, biasPart);
    const to = address(args, 8);
    if (to) inputGradient(g, x, address(args, 4), columns, centre, inverse, to + start);
  }
}

/** toWeight += g ⊙ x̂, toBias += g. */
function addParameterGradients(
  g: usize,
  x: usize,
  columns: i32,
  mean: f32,
  inverse: f32,
  toWeight: usize,
  toBias: usize,
): void {
  const whole = wholeBytes(columns);
  const end = (<usize>columns) << 2;
  const means = f32x4.splat(mean),
    inverses = f32x4.splat(inverse);
  let i: usize = 0;
  for (; i < whole; i += 16) {
    const normal = f32x4.mul(f32x4.sub(v128.load(x + i), means), inverses);
    const gradient = v128.load(g + i);
    v128.store(toWeight + i, madd(gradient, normal, v128.load(toWeight + i)));
    v128.store(toBias + i, f32x4.add(gradient, v128.load(toBias + i)));
  }
  for (; i < end; i += 4) {
    const gradient = load<f32>(g + i);
    store<f32>(
      toWeight + i,
      load<f32>(toWeight + i) + gradient * (load<f32>(x + i) - mean) * inverse,
    );
    store<f32>(toBias + i, load<f32>(toBias + i) + gradient);
  }
}

/** With ĝ = g ⊙ weight: inverse · (ĝ − mean(ĝ) − x̂ · mean(ĝ ⊙ x̂)). */
function inputGradient(
  g: usize,
  x: usize,
  weight: usize,
  columns: i32,
  mean: f32,
  inverse: f32,
  to: usize,
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
  // x̂ = (x − mean) · inverse stands twice in x̂ · mean(ĝ ⊙ x̂).
  const slope = (product / <f32>columns) * inverse * inverse;
  const meanGradients = f32x4.splat(meanGradient),
    slopes = f32x4.splat(slope);
  for (i = 0; i < whole; i += 16) {
    const hat = f32x4.mul(v128.load(g + i), v128.load(weight + i));
    const along = f32x4.mul(f32x4.sub(v128.load(x + i), means), slopes);
    v128.store(to + i, f32x4.mul(f32x4.sub(f32x4.sub(hat, meanGradients), along), inverses));
  }
  for (; i < end; i += 4) {
    const hat = load<f32>(g + i) * load<f32>(weight + i);
    store<f32>(to + i, (hat - meanGradient - (load<f32>(x + i) - mean) * slope) * inverse);
  }
}
