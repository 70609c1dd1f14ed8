import * as tf from '@tensorflow/tfjs';
import { lazy, saved, traced, wants, type Value } from '../autograd.ts';
import { operation } from '../operation.ts';
import { layerNormGradientKernel, layerNormKernel } from '../kernels/layer-norm.ts';
import { asMatrix } from './matmul.ts';
import { sumRows, sumRowsOfProduct, sumRowsTwice } from './sums.ts';

/**
 * Layer norm over the last axis (Ba et al. 2016): weight ⊙ (x − mean) / √(variance + epsilon) + bias,
 * with the biased variance, as torch.nn.LayerNorm. x [..., C], weight and bias [C].
 */
export const layerNorm = operation(
  'layerNorm',
  (x: Value, weight: Value, bias: Value, epsilon: number): Value => {
    return fusedLayerNorm(x, weight, bias, epsilon) ?? layerNormReference(x, weight, bias, epsilon);
  },
);

function fusedLayerNorm(x: Value, weight: Value, bias: Value, epsilon: number): Value | null {
  const input = asMatrix(x.tensor); // [N, C]
  const made = layerNormKernel(input, weight.tensor, bias.tensor, epsilon);
  if (!made) return null;
  const wantsWeight = wants(weight) || wants(bias);
  return traced(
    made.output.reshape(x.shape),
    { x, weight, bias },
    { input, statistics: made.statistics, weight: weight.tensor },
    (gradient, kept) => {
      const g = asMatrix(gradient);
      const back = lazy(() => {
        const earlier = x.gradient ? asMatrix(x.gradient) : undefined;
        const extras = { earlier, keep: wantsWeight };
        return layerNormGradientKernel(g, kept.input, kept.weight, kept.statistics, extras);
      });
      const sums = lazy(() => sumRowsTwice(g, saved(back().normalised)));
      return {
        x: () => ({ sum: back().gradient.reshape(x.shape) }),
        weight: () => sums().products,
        bias: () => sums().sum,
      };
    },
    {
      by: 'norm',
      tensors: {
        madeFrom: input,
        madeStatistics: made.statistics,
        madeScale: weight.tensor,
        madeShift: bias.tensor,
      },
    },
  );
}

/** In plain ops: the fallback, and the kernel's test. */
export function layerNormReference(x: Value, weight: Value, bias: Value, epsilon: number): Value {
  const input = asMatrix(x.tensor); // [N, C]
  const mean = tf.mean(input, 1, true);
  const centred = tf.sub(input, mean);
  const variance = tf.mean(tf.square(centred), 1, true);
  const inverse = tf.rsqrt(tf.add(variance, epsilon)); // [N, 1]
  const normalised = tf.mul(centred, inverse);
  const output = tf.add(tf.mul(normalised, weight.tensor), bias.tensor);
  const wanted = wants(x) || wants(weight);
  return traced(
    output.reshape(x.shape),
    { x, weight, bias },
    {
      normalised: wanted ? normalised : undefined,
      inverse: wants(x) ? inverse : undefined,
      weight: weight.tensor,
    },
    (gradient, kept) => {
      const g = asMatrix(gradient);
      return {
        x: () => {
          const gHat = tf.mul(g, kept.weight);
          return inputGradient(gHat, saved(kept.normalised), saved(kept.inverse)).reshape(x.shape);
        },
        weight: () => sumRowsOfProduct(g, saved(kept.normalised)),
        bias: () => sumRows(g),
      };
    },
  );
}

function inputGradient(g: tf.Tensor, xHat: tf.Tensor, rstd: tf.Tensor): tf.Tensor {
  const meanGradient = tf.mean(g, 1, true);
  const projection = tf.mean(tf.mul(g, xHat), 1, true);
  return tf.mul(rstd, tf.sub(tf.sub(g, meanGradient), tf.mul(xHat, projection)));
}
