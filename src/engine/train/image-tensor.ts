import * as tf from '@tensorflow/tfjs';

/** Pixels of `count` square images, normalised, as the tensor [count, S, S, 3] that a network takes. */
export function imageTensor(pixels: Float32Array, count: number): tf.Tensor4D {
  const side = Math.round(Math.sqrt(pixels.length / count / 3));
  return tf.tensor4d(pixels, [count, side, side, 3]);
}
