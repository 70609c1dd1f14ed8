/** How an image becomes a sequence of tokens, and a sequence an answer. */
import * as tf from '@tensorflow/tfjs';
import { traced, Value } from '../autograd.ts';
import { operation } from '../operation.ts';
import { patchify } from './patchify.ts';

/** Cuts images [B, S, S, 3] into patches [B, n, 3·P·P], each in timm's order: channel, row, column. */
export const patches = operation('patches', (images: Value, side: number): Value => {
  const { tensor } = patchify(images, side);
  const [batch = 0, rows = 0, columns = 0, width = 0] = tensor.shape;
  return new Value(tensor.reshape([batch, rows * columns, width]));
});

/**
 * Puts the same tokens [1, p, C] into every sequence [B, n, C], behind its first `at`, in place of
 * `replaced` tokens there: → [B, n − replaced + p, C].
 */
export const insertTokens = operation(
  'insertTokens',
  (tokens: Value, inserted: Value, at: number, replaced: number = 0): Value => {
    const [batch = 0, count = 0, width = 0] = tokens.shape;
    const length = inserted.shape[1] ?? 0;
    const rest = count - at - replaced;
    const stretch = (x: tf.Tensor, start: number, size: number): tf.Tensor =>
      size === x.shape[1] ? x : tf.slice(x, [0, start, 0], [batch, size, width]);
    const parts = [
      stretch(tokens.tensor, 0, at),
      tf.tile(inserted.tensor, [batch, 1, 1]),
      stretch(tokens.tensor, at + replaced, rest),
    ];
    const output = tf.concat(
      parts.filter((part) => part.size > 0),
      1,
    );
    return traced(output, { tokens, inserted }, {}, (g) => ({
      tokens: () => {
        const lost = tf.zeros([batch, replaced, width]);
        const kept = [stretch(g, 0, at), lost, stretch(g, at + length, rest)];
        return tf.concat(
          kept.filter((part) => part.size > 0),
          1,
        );
      },
      inserted: () => tf.sum(stretch(g, at, length), 0, true),
    }));
  },
);

/** Adds the position embedding [1, n, C] to every sequence [B, n, C]. */
export const addPosition = operation('addPosition', (tokens: Value, position: Value): Value => {
  const output = tf.add(tokens.tensor, position.tensor);
  return traced(output, { tokens, position }, {}, (g) => ({
    tokens: () => g.clone(),
    position: () => tf.sum(g, 0, true),
  }));
});

/** Makes channels of tokens and tokens of channels: [B, n, C] → [B, C, n]. */
export const swapTokensAndChannels = operation('swapTokensAndChannels', (x: Value): Value => {
  return traced(tf.transpose(x.tensor, [0, 2, 1]), { x }, {}, (g) => ({
    x: () => tf.transpose(g, [0, 2, 1]),
  }));
});

/** One token of every sequence: [B, n, C] → [B, C]. */
export const takeToken = operation('takeToken', (tokens: Value, index: number): Value => {
  const [batch = 0, count = 0, width = 0] = tokens.shape;
  const output = tf.slice(tokens.tensor, [0, index, 0], [batch, 1, width]).reshape([batch, width]);
  return traced(output, { tokens }, {}, (g) => ({
    tokens: () => {
      const around: [number, number] = [index, count - index - 1];
      return tf.pad(g.reshape([batch, 1, width]), [[0, 0], around, [0, 0]]);
    },
  }));
});

/** Mean of the last `count` tokens of every sequence: [B, n, C] → [B, C]. */
export const meanOfLast = operation('meanOfLast', (tokens: Value, count: number): Value => {
  const [batch = 0, all = 0, width = 0] = tokens.shape;
  const last = tf.slice(tokens.tensor, [0, all - count, 0], [batch, count, width]);
  return traced(tf.mean(last, 1), { tokens }, {}, (g) => ({
    tokens: () => {
      const share = tf.div(g, count).reshape([batch, 1, width]);
      return tf.pad(tf.tile(share, [1, count, 1]), [
        [0, 0],
        [all - count, 0],
        [0, 0],
      ]);
    },
  }));
});
