/** Feature maps: what pools them, cuts them and joins them. */
import type { Value } from '../../../autograd.ts';
import { mergePatches } from '../../../ops/merge-patches.ts';
import { patchify } from '../../../ops/patchify.ts';
import { averagePool, globalAveragePool, maxPool } from '../../../ops/pool.ts';
import type { Graph } from '../graph.ts';
import { lowering } from './contract.ts';

export const lowerings = [
  lowering(maxPool, (graph, output, x, size, stride, padding) => {
    graph.setMap(output, graph.maxPool(graph.map(x), { size, stride, padding }));
  }),
  lowering(averagePool, (graph, output, x) => {
    const [, height = 0, width = 0] = x.shape;
    graph.setMap(output, graph.averagePool(graph.map(x), height, width));
  }),
  lowering(globalAveragePool, (graph, output, x) => {
    const mean = graph.isMap(x)
      ? graph.mean(graph.map(x), [2, 3])
      : graph.mean(graph.name(x), [1, 2]);
    graph.set(output, mean);
  }),
  lowering(patchify, (graph, output, x, side) => {
    graph.set(output, cutPatches(graph, x, side));
  }),
  lowering(mergePatches, (graph, output, x) => {
    const [, rows = 0, columns = 0] = output.shape;
    const [, , , channels = 0] = x.shape;
    const padded = fillUp(graph, graph.name(x), x, [rows * 2, columns * 2]);
    const pairs = graph.reshape(padded, [-1, rows, 2, columns, 2, channels]);
    const ordered = graph.transpose(pairs, [0, 1, 3, 4, 2, 5]);
    graph.set(output, graph.reshape(ordered, [-1, rows, columns, 4 * channels]));
  }),
];

/** x [B, H, W, C] → [B, rows, columns, C·P·P], as `patchify`. */
export function cutPatches(graph: Graph, x: Value, side: number): string {
  const [, height = 0, width = 0, channels = 0] = x.shape;
  const [rows, columns] = [Math.floor(height / side), Math.floor(width / side)];
  const crop = (name: string, axis: number): string => {
    const whole = height === rows * side ? name : graph.slice(name, axis, 0, rows * side);
    return width === columns * side ? whole : graph.slice(whole, axis + 1, 0, columns * side);
  };
  const cut = graph.isMap(x)
    ? graph.transpose(
        graph.reshape(crop(graph.map(x), 2), [-1, channels, rows, side, columns, side]),
        [0, 2, 4, 1, 3, 5],
      )
    : graph.transpose(
        graph.reshape(crop(graph.name(x), 1), [-1, rows, side, columns, side, channels]),
        [0, 1, 3, 5, 2, 4],
      );
  return graph.reshape(cut, [-1, rows, columns, channels * side * side]);
}

/** Zeros below and to the right of a map [B, H, W, C], up to these rows and columns. */
export function fillUp(
  graph: Graph,
  name: string,
  { shape: [, height = 0, width = 0] }: Value,
  [rows, columns]: readonly [number, number],
): string {
  if (rows === height && columns === width) return name;
  return graph.fillUp(name, rows - height, columns - width);
}
