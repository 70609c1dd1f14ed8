import * as tf from '@tensorflow/tfjs';
import { traced, type Value } from '../autograd.ts';

const INVERSE_SQRT_2 = Math.SQRT1_2;
const INVERSE_SQRT_2_PI = 1 / Math.sqrt(2 * Math.PI);

/** Exact GELU, x · Φ(x) (Hendrycks & Gimpel 2016), as torch.nn.GELU. Any shape. */
export function gelu(x: Value): Value {
  const output = tf.mul(x.tensor, normalCdf(x.tensor));
  return traced(output, { x }, { input: x.tensor }, (gradient, { input }) => ({
    x: () => {
      const density = tf.mul(tf.exp(tf.mul(tf.square(input), -0.5)), INVERSE_SQRT_2_PI);
      return tf.mul(gradient, tf.add(normalCdf(input), tf.mul(input, density)));
    },
  }));
}

function normalCdf(x: tf.Tensor): tf.Tensor {
  return tf.mul(tf.add(tf.erf(tf.mul(x, INVERSE_SQRT_2)), 1), 0.5);
}
