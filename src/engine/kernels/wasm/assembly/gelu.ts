/**
 * Exact GELU, x · Φ(x). Φ comes from erf by Abramowitz & Stegun 7.1.26: absolute error below 2e-7,
 * one exponential.
 */
import { exponential } from './exponential';
import { madd } from './vector';

/** exp(−x²/2), which Φ and its density share. */
function bell(x: v128): v128 {
  return exponential(f32x4.mul(f32x4.mul(x, x), f32x4.splat(-0.5)));
}

function normalCdf(x: v128, bellOfX: v128): v128 {
  const one = f32x4.splat(1);
  const t = f32x4.div(one, madd(f32x4.abs(x), f32x4.splat(0.3275911 * 0.70710678118), one));
  let series = madd(f32x4.splat(1.061405429), t, f32x4.splat(-1.453152027));
  series = madd(series, t, f32x4.splat(1.421413741));
  series = madd(series, t, f32x4.splat(-0.284496736));
  series = madd(series, t, f32x4.splat(0.254829592));
  const tail = f32x4.mul(f32x4.mul(f32x4.splat(0.5), f32x4.mul(series, t)), bellOfX);
  return v128.bitselect(tail, f32x4.sub(one, tail), f32x4.lt(x, f32x4.splat(0)));
}

export function gelu(x: v128): v128 {
  return f32x4.mul(x, normalCdf(x, bell(x)));
}

export function geluSlope(x: v128): v128 {
  const bellOfX = bell(x);
  return madd(f32x4.mul(x, bellOfX), f32x4.splat(0.3989422804), normalCdf(x, bellOfX));
}
