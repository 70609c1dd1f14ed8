/**
 * Exact GELU and its gradient, one pass each, where plain ops need eight and eleven.
 * Φ comes from erf by Abramowitz & Stegun 7.1.26: absolute error below 2e-7, one exponential.
 */
import type * as tf from '@tensorflow/tfjs';
import { runElementwise, type ElementwiseKernel } from './elementwise-kernel.ts';

const functions = /* wgsl */ `
  // exp(-x²/2), which Φ and its density share
  fn bell(x : f32) -> f32 {
    return exp(-0.5 * x * x);
  }
  fn normalCdf(x : f32, bellOfX : f32) -> f32 {
    let t = 1.0 / (1.0 + 0.3275911 * 0.70710678118 * abs(x));
    let series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741
      + t * (-1.453152027 + t * 1.061405429))));
    let tail = 0.5 * series * bellOfX;
    return select(tail, 1.0 - tail, x >= 0.0);
  }
  fn gelu(x : f32) -> f32 {
    return x * normalCdf(x, bell(x));
  }
  fn geluSlope(x : f32) -> f32 {
    let bellOfX = bell(x);
    return normalCdf(x, bellOfX) + x * bellOfX * 0.39894228040;
  }
`;

const forward: ElementwiseKernel = {
  name: 'gelu',
  inputs: ['x'],
  functions,
  value: 'gelu(x[index])',
};

const backward: ElementwiseKernel = {
  name: 'gelu gradient',
  inputs: ['gradient', 'x'],
  functions,
  value: 'gradient[index] * geluSlope(x[index])',
};

/** x · Φ(x), any shape; null where the backend is not WebGPU. */
export function geluKernel(x: tf.Tensor): tf.Tensor | null {
  return runElementwise(forward, [x]);
}

/** gradient · d(x · Φ(x))/dx, of one shape; null where the backend is not WebGPU. */
export function geluGradientKernel(gradient: tf.Tensor, x: tf.Tensor): tf.Tensor | null {
  return runElementwise(backward, [gradient, x]);
}
