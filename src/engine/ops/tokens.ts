/** How an image becomes a sequence of tokens, and a sequence an answer. */
import * as tf from '@tensorflow/tfjs';
import { traced, Value } from '../autograd.ts';

/** Cuts images [B, S, S, 3] into patches [B, n, 3·P·P], each in timm's order: channel, row, column. */
export function patches(images: tf.Tensor4D, side: number): Value {
  const [batch, height, width, channels] = images.shape;
  const rows = Math.floor(height / side);
  const columns = Math.floor(width / side);
  const cropped = tf.slice4d(images, [0, 0, 0, 0], [batch, rows * side, columns * side, channels]);
  const strips = cropped.reshape([batch * rows, side, columns, side * channels]);
  const perPatch = tf.transpose(strips, [0, 2, 1, 3]); // [B·rows, columns, P, P·3]
  const pixels = perPatch.reshape([batch * rows * columns, side * side, channels]);
  const ordered = tf.transpose(pixels, [0, 2, 1]); // [B·n, 3, P·P]
  return new Value(ordered.reshape([batch, rows * columns, channels * side * side]));
}

/** Puts the prefix tokens [1, p, C] before every sequence [B, n, C]: → [B, p + n, C]. */
export function prepend(prefix: Value, tokens: Value): Value {
  const [batch = 0, count = 0, width = 0] = tokens.shape;
  const length = prefix.shape[1] ?? 0;
  const tiled = tf.tile(prefix.tensor, [batch, 1, 1]);
  const output = tf.concat([tiled, tokens.tensor], 1);
  return traced(output, { prefix, tokens }, {}, (g) => ({
    prefix: () => tf.sum(tf.slice(g, [0, 0, 0], [batch, length, width]), 0, true),
    tokens: () => tf.slice(g, [0, length, 0], [batch, count, width]),
  }));
}

/** Adds the position embedding [1, n, C] to every sequence [B, n, C]. */
export function addPosition(tokens: Value, position: Value): Value {
  const output = tf.add(tokens.tensor, position.tensor);
  return traced(output, { tokens, position }, {}, (g) => ({
    tokens: () => g.clone(),
    position: () => tf.sum(g, 0, true),
  }));
}

/** One token of every sequence: [B, n, C] → [B, C]. */
export function takeToken(tokens: Value, index: number): Value {
  const [batch = 0, count = 0, width = 0] = tokens.shape;
  const output = tf.slice(tokens.tensor, [0, index, 0], [batch, 1, width]).reshape([batch, width]);
  return traced(output, { tokens }, {}, (g) => ({
    tokens: () => {
      const around: [number, number] = [index, count - index - 1];
      return tf.pad(g.reshape([batch, 1, width]), [[0, 0], around, [0, 0]]);
    },
  }));
}
