/**
 * Exact GELU and its gradient, one pass each, where plain ops need eight and eleven.
 * Φ comes from erf by Abramowitz & Stegun 7.1.26: absolute error below 2e-7, one exponential.
 */
import type * as tf from '@tensorflow/tfjs';
import { changed, elementwise, type ChannelVectors, type Element } from './elementwise.ts';
import { simdGeluGradient } from './wasm/simd-channels.ts';
import { simdElementwise } from './wasm/simd-elementwise.ts';
import { currentSimd } from './wasm/simd.ts';

/** WGSL of `gelu` and `geluSlope` over f32 or vectors of them. */
export const geluFunctions = (element: Element): string => /* wgsl */ `
  // exp(-x²/2), which Φ and its density share
  fn bell(x : ${element}) -> ${element} {
    return exp(-0.5 * x * x);
  }
  fn normalCdf(x : ${element}, bellOfX : ${element}) -> ${element} {
    let t = 1.0 / (1.0 + 0.3275911 * 0.70710678118 * abs(x));
    let series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741
      + t * (-1.453152027 + t * 1.061405429))));
    let tail = 0.5 * series * bellOfX;
    return select(tail, 1.0 - tail, x >= ${element}(0.0));
  }
  fn gelu(x : ${element}) -> ${element} {
    return x * normalCdf(x, bell(x));
  }
  fn geluSlope(x : ${element}) -> ${element} {
    let bellOfX = bell(x);
    return normalCdf(x, bellOfX) + x * bellOfX * 0.39894228040;
  }
`;

/** x · Φ(x), any shape; null where the backend does not run our kernels. */
export function geluKernel(x: tf.Tensor): tf.Tensor | null {
  return simdElementwise('GELU', x) ?? elementwise('gelu', { x }, 'gelu(x[index])', geluFunctions);
}

/**
 * gradient · d(u · Φ(u))/du at u = scale ⊙ x + shift, scale and shift [C] over the last axis; null
 * where the backend does not run our kernels.
 */
export function geluGradientKernel(
  gradient: tf.Tensor,
  x: tf.Tensor,
  { scale, shift }: ChannelVectors = {},
): tf.Tensor | null {
  const simd = currentSimd();
  if (simd) return simdGeluGradient(simd, gradient, x, { scale, shift });
  const slope = `gradient[index] * geluSlope(${changed('x[index]', { scale, shift })})`;
  return elementwise('gelu gradient', { x, gradient, scale, shift }, slope, geluFunctions);
}
