/** What windowed attention adds to its scores (Swin, Liu et al. 2021). */
import * as tf from '@tensorflow/tfjs';
import { traced, type Value } from '../autograd.ts';
import { operation } from '../operation.ts';
import { windowCounts, type WindowGrid } from './windows.ts';

/** timm's score between positions that only a shift brought together: e⁻¹⁰⁰ of attention is none. */
const APART = -100;

/**
 * A learned bias for every offset between two positions of a window, and the mask of shifted
 * windows: table [(2w − 1)², heads], row (Δy + w − 1)(2w − 1) + Δx + w − 1 → [windows, heads, w², w²].
 * Without a shift all windows are alike and one stands for all: [1, heads, w², w²].
 */
export const relativePositionBias = operation(
  'relativePositionBias',
  (table: Value, grid: WindowGrid): Value => {
    const { window, shift } = grid;
    const [offsets = 0, heads = 0] = table.shape;
    const size = window * window;
    const pairs = offsetOfPair(window);
    const rows = tf.gather(table.tensor, tf.tensor1d(pairs, 'int32')); // [w⁴, heads]
    const bias = tf.transpose(rows).reshape([1, heads, size, size]);
    const output = shift > 0 ? tf.add(bias, shiftMask(grid)) : bias;
    return traced(output, { table }, {}, (g) => ({
      table: () => {
        const summed = tf.transpose(tf.sum(g, 0).reshape([heads, size * size])); // [w⁴, heads]
        const withZeros = tf.pad(summed, [
          [0, 1],
          [0, 0],
        ]);
        const places = tf.tensor1d(pairsOfOffset(pairs, offsets, size), 'int32');
        return tf.sum(tf.gather(withZeros, places).reshape([offsets, size, heads]), 1);
      },
    }));
  },
);

/** For every pair of positions the row of the table that holds their offset. */
function offsetOfPair(window: number): Int32Array {
  const size = window * window;
  const at = (position: number): [number, number] => [
    Math.floor(position / window),
    position % window,
  ];
  return Int32Array.from({ length: size * size }, (_, pair) => {
    const [y, x] = at(Math.floor(pair / size));
    const [otherY, otherX] = at(pair % size);
    return (y - otherY + window - 1) * (2 * window - 1) + x - otherX + window - 1;
  });
}

/** The other way round: for every offset its pairs, at most `size`, filled up with the pair behind the last. */
function pairsOfOffset(pairs: Int32Array, offsets: number, size: number): Int32Array {
  const places = new Int32Array(offsets * size).fill(pairs.length);
  const found = new Int32Array(offsets);
  pairs.forEach((offset, pair) => {
    const count = found[offset] ?? 0;
    places[offset * size + count] = pair;
    found[offset] = count + 1;
  });
  return places;
}

/** [windows, 1, w², w²]: 0 between positions that were neighbours before the shift, else APART. */
function shiftMask(grid: WindowGrid): tf.Tensor {
  const size = grid.window * grid.window;
  const regions = regionsOf(grid);
  const windows = regions.length / size;
  const one = tf.tensor4d(regions, [windows, 1, size, 1]);
  const other = one.reshape([windows, 1, 1, size]);
  return tf.mul(tf.notEqual(one, other), APART);
}

/** Which of nine regions a position comes from, window after window. */
function regionsOf(grid: WindowGrid): Float32Array {
  const { window, shift } = grid;
  const [rows, columns] = windowCounts(grid);
  const size = window * window;
  const stretch = (position: number, side: number): number =>
    position < side - window ? 0 : position < side - shift ? 1 : 2;
  return Float32Array.from({ length: rows * columns * size }, (_, i) => {
    const [index, inside] = [Math.floor(i / size), i % size];
    const y = Math.floor(index / columns) * window + Math.floor(inside / window);
    const x = (index % columns) * window + (inside % window);
    return 3 * stretch(y, rows * window) + stretch(x, columns * window);
  });
}
