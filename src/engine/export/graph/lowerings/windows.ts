/** The windows of a Swin transformer. */
import { fromWindows, toWindows, windowCounts } from '../../../ops/windows.ts';
import type { Graph } from '../graph.ts';
import { lowering } from './contract.ts';
import { fillUp } from './maps.ts';

export const lowerings = [
  lowering(toWindows, (graph, output, x, grid) => {
    const { window, shift, positions } = grid;
    const [rows, columns] = windowCounts(grid);
    const [, , , channels = 0] = x.shape;
    const turned = turn(graph, graph.name(x), positions, shift);
    const padded = fillUp(graph, turned, x, [rows * window, columns * window]);
    const cut = graph.reshape(padded, [-1, rows, window, columns, window, channels]);
    const windows = graph.transpose(cut, [0, 1, 3, 2, 4, 5]);
    graph.set(output, graph.reshape(windows, [-1, window * window, channels]));
  }),
  lowering(fromWindows, (graph, output, windows, grid) => {
    const { window, shift, positions } = grid;
    const [height, width] = positions;
    const [rows, columns] = windowCounts(grid);
    const [, , , channels = 0] = output.shape;
    const cut = graph.reshape(graph.name(windows), [-1, rows, columns, window, window, channels]);
    const lines = graph.transpose(cut, [0, 1, 3, 2, 4, 5]);
    const padded = graph.reshape(lines, [-1, rows * window, columns * window, channels]);
    const high = rows * window === height ? padded : graph.slice(padded, 1, 0, height);
    const map = columns * window === width ? high : graph.slice(high, 2, 0, width);
    graph.set(output, turn(graph, map, positions, -shift));
  }),
];

/** Position (y, x) gets what stood at (y + by, x + by), counted around the edges. */
function turn(
  graph: Graph,
  name: string,
  positions: readonly [number, number],
  by: number,
): string {
  return positions.reduce((map, size, index) => {
    const first = ((by % size) + size) % size;
    if (first === 0) return map;
    const axis = index + 1;
    const parts = [graph.slice(map, axis, first, size), graph.slice(map, axis, 0, first)];
    return graph.join(parts, axis);
  }, name);
}
