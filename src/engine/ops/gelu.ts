import * as tf from '@tensorflow/tfjs';
import { traced, type Value } from '../autograd.ts';
import { operation } from '../operation.ts';
import { geluGradientKernel, geluKernel } from '../kernels/gelu.ts';

const INVERSE_SQRT_2_PI = 1 / Math.sqrt(2 * Math.PI);
const QUICK = 1.702;

/** Exact GELU, x · Φ(x) (Hendrycks & Gimpel 2016), as torch.nn.GELU. Any shape. */
export const gelu = operation('gelu', (x: Value): Value => {
  const joined = x.ending({ activation: 'gelu' });
  if (joined) return joined;
  const output = geluKernel(x.tensor) ?? geluReference(x.tensor);
  return traced(output, { x }, { input: x.tensor }, (gradient, { input }) => ({
    x: () => geluGradientKernel(gradient, input) ?? geluGradientReference(gradient, input),
  }));
});

/** x · σ(1.702 x), an approximation of GELU (Hendrycks & Gimpel 2016) that OpenAI's CLIP computes with. Any shape. */
export const quickGelu = operation('quickGelu', (x: Value): Value => {
  const gate = tf.sigmoid(tf.mul(x.tensor, QUICK));
  return traced(tf.mul(x.tensor, gate), { x }, { input: x.tensor, gate }, (gradient, kept) => ({
    x: () => {
      const bend = tf.mul(tf.mul(kept.input, QUICK), tf.sub(1, kept.gate));
      return tf.mul(gradient, tf.mul(kept.gate, tf.add(bend, 1)));
    },
  }));
});

/** x · Φ(x) in plain ops: the fallback, and the kernel's test. */
export function geluReference(x: tf.Tensor): tf.Tensor {
  return tf.mul(x, normalCdf(x));
}

/** gradient · (Φ(x) + x · φ(x)) in plain ops. */
export function geluGradientReference(gradient: tf.Tensor, x: tf.Tensor): tf.Tensor {
  const density = tf.mul(tf.exp(tf.mul(tf.square(x), -0.5)), INVERSE_SQRT_2_PI);
  return tf.mul(gradient, tf.add(normalCdf(x), tf.mul(x, density)));
}

function normalCdf(x: tf.Tensor): tf.Tensor {
  return tf.mul(tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1), 0.5);
}
