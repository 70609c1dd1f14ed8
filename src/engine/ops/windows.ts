/** Cuts feature maps into the windows of a Swin transformer (Liu et al. 2021) and joins them again. */
import * as tf from '@tensorflow/tfjs';
import { traced, type Value } from '../autograd.ts';
import { operation } from '../operation.ts';

export interface WindowGrid {
  /** Positions of the feature map: [rows, columns]. */
  readonly positions: readonly [number, number];
  /** Side of a window, in positions. */
  readonly window: number;
  /** How far the map is turned up and left, around its edges, before it is cut; 0 to window − 1. */
  readonly shift: number;
}

/** Rows and columns of windows; the last ones are filled up with zeros where the map ends early. */
export function windowCounts({ positions, window }: WindowGrid): [number, number] {
  return [Math.ceil(positions[0] / window), Math.ceil(positions[1] / window)];
}

/** x [B, H, W, C] → [B·windows, window², C], windows and positions row by row. */
export const toWindows = operation('toWindows', (x: Value, grid: WindowGrid): Value => {
  return traced(cut(x.tensor, grid), { x }, {}, (g) => ({ x: () => join(g, grid) }));
});

/** The way back: [B·windows, window², C] → [B, H, W, C]; what was filled up is left out. */
export const fromWindows = operation('fromWindows', (windows: Value, grid: WindowGrid): Value => {
  return traced(join(windows.tensor, grid), { windows }, {}, (g) => ({
    windows: () => cut(g, grid),
  }));
});

function cut(map: tf.Tensor, grid: WindowGrid): tf.Tensor {
  const [batch = 0, height = 0, width = 0, channels = 0] = map.shape;
  const { window, shift } = grid;
  const [rows, columns] = windowCounts(grid);
  const turned = turn(map, shift);
  const below: [number, number] = [0, rows * window - height];
  const right: [number, number] = [0, columns * window - width];
  const isWhole = below[1] + right[1] === 0;
  const padded = isWhole ? turned : tf.pad(turned, [[0, 0], below, right, [0, 0]]);
  const strips = padded.reshape([batch * rows, window, columns, window * channels]);
  const cutStrips = tf.transpose(strips, [0, 2, 1, 3]); // [B·rows, columns, window, window·C]
  return cutStrips.reshape([batch * rows * columns, window * window, channels]);
}

function join(windows: tf.Tensor, grid: WindowGrid): tf.Tensor {
  const { positions, window, shift } = grid;
  const [height, width] = positions;
  const [rows, columns] = windowCounts(grid);
  const [count = 0] = windows.shape;
  const batch = count / (rows * columns);
  const channels = windows.shape.at(-1) ?? 0;
  const cutStrips = windows.reshape([batch * rows, columns, window, window * channels]);
  const strips = tf.transpose(cutStrips, [0, 2, 1, 3]); // [B·rows, window, columns, window·C]
  const padded = strips.reshape([batch, rows * window, columns * window, channels]);
  const isWhole = rows * window === height && columns * window === width;
  const map = isWhole ? padded : tf.slice(padded, [0, 0, 0, 0], [batch, height, width, channels]);
  return turn(map, -shift);
}

/** Position (y, x) gets what stood at (y + by, x + by), counted around the edges. */
function turn(map: tf.Tensor, by: number): tf.Tensor {
  return by === 0 ? map.clone() : turnAxis(turnAxis(map, 1, by), 2, by);
}

function turnAxis(map: tf.Tensor, axis: number, by: number): tf.Tensor {
  const size = map.shape[axis] ?? 1;
  const first = ((by % size) + size) % size;
  if (first === 0) return map;
  const parts = tf.split(map, [first, size - first], axis);
  return tf.concat(parts.reverse(), axis);
}
