import * as tf from '@tensorflow/tfjs';

/** [count, S, S, 3]: what the pixels of `count` square images are to a network. */
export function imageShape(pixels: Float32Array, count: number): [number, number, number, number] {
  const side = Math.round(Math.sqrt(pixels.length / count / 3));
  return [count, side, side, 3];
}

/** Pixels of `count` square images, normalised, as the tensor that a network takes. */
export function imageTensor(pixels: Float32Array, count: number): tf.Tensor4D {
  return tf.tensor4d(pixels, imageShape(pixels, count));
}
