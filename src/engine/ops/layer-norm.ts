import * as tf from '@tensorflow/tfjs';
import { simdLayerNorm, simdLayerNormGradient } from '../kernels/wasm/simd-layer-norm.ts';
import { lazy, saved, traced, wants, type Value } from '../autograd.ts';
import { asMatrix } from './matmul.ts';
import { sumRows, sumRowsOfProduct } from './sums.ts';

/**
 * Layer norm over the last axis (Ba et al. 2016): weight ⊙ (x − mean) / √(variance + epsilon) + bias,
 * with the biased variance, as torch.nn.LayerNorm. x [..., C], weight and bias [C].
 */
export function layerNorm(x: Value, weight: Value, bias: Value, epsilon: number): Value {
  return simdNorm(x, weight, bias, epsilon) ?? plainNorm(x, weight, bias, epsilon);
}

function simdNorm(x: Value, weight: Value, bias: Value, epsilon: number): Value | null {
  const input = asMatrix(x.tensor); // [N, C]
  const made = simdLayerNorm(input, weight.tensor, bias.tensor, epsilon);
  if (!made) return null;
  const { output, mean, inverse } = made;
  const wanted = { x: wants(x), parameters: wants(weight) || wants(bias) };
  return traced(
    output.reshape(x.shape),
    { x, weight, bias },
    { input, mean, inverse, weight: weight.tensor },
    (gradient, kept) => {
      const all = lazy(() =>
        simdLayerNormGradient(asMatrix(gradient), asMatrix(kept.input), kept.weight, kept, wanted),
      );
      return {
        x: () => saved(all()?.x).reshape(x.shape),
        weight: () => saved(all()?.weight),
        bias: () => saved(all()?.bias),
      };
    },
  );
}

function plainNorm(x: Value, weight: Value, bias: Value, epsilon: number): Value {
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
