import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { backends, useBackend } from '../../testing/devices.ts';
import { differentiate, traced, Value } from '../autograd.ts';
import { attention } from './attention.ts';
import { mergePatches } from './merge-patches.ts';
import { relativePositionBias } from './relative-position-bias.ts';
import { fromWindows, toWindows, type WindowGrid } from './windows.ts';

const BATCH = 2;
const HEADS = 2;
const WIDTH = 3;

const grids: readonly WindowGrid[] = [
  { positions: [4, 6], window: 2, shift: 0 },
  { positions: [4, 6], window: 2, shift: 1 },
  { positions: [7, 5], window: 3, shift: 1 },
  { positions: [3, 3], window: 3, shift: 0 },
  { positions: [3, 2], window: 4, shift: 0 },
];

const random = (shape: number[], seed: number): tf.Tensor =>
  tf.randomNormal(shape, 0, 1, 'float32', seed);

const inputs = ({ positions, window }: WindowGrid): { qkv: tf.Tensor; table: tf.Tensor } => ({
  qkv: random([BATCH, ...positions, 3 * HEADS * WIDTH], 1),
  table: random([(2 * window - 1) ** 2, HEADS], 2),
});

interface Result {
  readonly output: Float32Array;
  readonly qkv: Float32Array;
  readonly table: Float32Array;
}

/** The whole of windowed attention; what the map is filled up with has queries, keys and values of 0. */
function windowed(qkv: Value, table: Value, grid: WindowGrid): Value {
  const bias = relativePositionBias(table, grid);
  return fromWindows(attention(toWindows(qkv, grid), HEADS, bias), grid);
}

async function ours(grid: WindowGrid): Promise<Result> {
  const { qkv, table } = inputs(grid);
  const values = { qkv: new Value(qkv, true), table: new Value(table, true) };
  const output = await windowed(values.qkv, values.table, grid).tensor.data<'float32'>();
  differentiate(() => {
    const y = windowed(values.qkv, values.table, grid);
    const weights = random(y.shape, 3);
    return traced(tf.sum(tf.mul(y.tensor, weights)), { y }, { weights }, (_, kept) => ({
      y: () => kept.weights.clone(),
    }));
  }).dispose();
  const read = async ({ gradient }: Value): Promise<Float32Array> =>
    Float32Array.from((await gradient?.data()) ?? []);
  return {
    output: Float32Array.from(output),
    qkv: await read(values.qkv),
    table: await read(values.table),
  };
}

type Place = readonly [y: number, x: number];

/** A position of the turned and filled-up map: its number, its window, and its place in the map; null where filled up. */
interface Seat {
  readonly seat: Place;
  readonly window: string;
  readonly region: string;
  readonly from: Place | null;
}

function seats({ positions: [height, width], window, shift }: WindowGrid): Seat[] {
  const side = (length: number): number => Math.ceil(length / window) * window;
  const region = (at: number, length: number): number =>
    at < side(length) - window ? 0 : at < side(length) - shift ? 1 : 2;
  const all: Seat[] = [];
  for (let y = 0; y < side(height); y++) {
    for (let x = 0; x < side(width); x++) {
      const inside = y < height && x < width;
      all.push({
        seat: [y, x],
        window: `${Math.floor(y / window)} ${Math.floor(x / window)}`,
        region: shift > 0 ? `${region(y, height)} ${region(x, width)}` : '',
        from: inside ? [(y + shift) % height, (x + shift) % width] : null,
      });
    }
  }
  return all;
}

/** Attention of one position over its window, one head and one image at a time, straight from the paper. */
function attended(qkv: tf.Tensor, table: tf.Tensor, grid: WindowGrid): tf.Tensor {
  const { window } = grid;
  const zero = tf.zeros([3 * HEADS * WIDTH]);
  const at = (image: number, from: Place | null): tf.Tensor =>
    from ? tf.slice(qkv, [image, ...from, 0], [1, 1, 1, -1]).flatten() : zero;
  const part = (vector: tf.Tensor, kind: number, head: number): tf.Tensor =>
    tf.slice(vector, [(kind * HEADS + head) * WIDTH], [WIDTH]);
  const all = seats(grid);
  const [height, width] = grid.positions;
  const outputs: tf.Tensor[] = [];
  for (let image = 0; image < BATCH; image++) {
    for (let place = 0; place < height * width; place++) {
      const me = all.find(
        ({ from }) => from?.[0] === Math.floor(place / width) && from[1] === place % width,
      );
      if (!me) throw new Error('Every place has a seat.');
      const others = all.filter((other) => other.window === me.window);
      for (let head = 0; head < HEADS; head++) {
        const q = part(at(image, me.from), 0, head);
        const scores = others.map((other) => {
          const k = part(at(image, other.from), 1, head);
          const [dy, dx] = [me.seat[0] - other.seat[0], me.seat[1] - other.seat[1]];
          const row = (dy + window - 1) * (2 * window - 1) + dx + window - 1;
          const bias = tf.slice(table, [row, head], [1, 1]).asScalar();
          const mask = me.region === other.region ? 0 : -100;
          return tf.add(tf.add(tf.mul(tf.sum(tf.mul(q, k)), 1 / Math.sqrt(WIDTH)), bias), mask);
        });
        const p = tf.softmax(tf.stack(scores).as1D()).reshape([others.length, 1]);
        const v = tf.stack(others.map((other) => part(at(image, other.from), 2, head)));
        outputs.push(tf.sum(tf.mul(p, v), 0));
      }
    }
  }
  return tf.concat(outputs).reshape([BATCH, height, width, HEADS * WIDTH]);
}

async function reference(grid: WindowGrid): Promise<Result> {
  await tf.setBackend('cpu');
  const { qkv, table } = inputs(grid);
  const weights = random([BATCH, ...grid.positions, HEADS * WIDTH], 3);
  const loss = (x: tf.Tensor, rows: tf.Tensor): tf.Tensor =>
    tf.sum(tf.mul(attended(x, rows, grid), weights));
  const [gQkv, gTable] = tf.grads(loss)([qkv, table]);
  if (!gQkv || !gTable) throw new Error('There are two gradients.');
  return {
    output: Float32Array.from(await attended(qkv, table, grid).data()),
    qkv: Float32Array.from(await gQkv.data()),
    table: Float32Array.from(await gTable.data()),
  };
}

function expectClose(found: Float32Array, expected: Float32Array): void {
  expect(found).toHaveLength(expected.length);
  found.forEach((value, i) => expect(value).toBeCloseTo(expected[i] ?? Number.NaN, 3));
}

const references = new Map<WindowGrid, Promise<Result>>();

describe.each(backends)('on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  test.each(grids)(
    'attention in windows of $window over $positions positions, shifted by $shift, there and back',
    async (grid) => {
      const expected = await (references.get(grid) ?? reference(grid));
      references.set(grid, Promise.resolve(expected));
      await tf.setBackend(backend);
      const found = await ours(grid);
      expectClose(found.output, expected.output);
      expectClose(found.qkv, expected.qkv);
      expectClose(found.table, expected.table);
    },
  );

  test('four neighbours merge as timm merges them, an odd edge with zeros, there and back', async () => {
    await tf.setBackend(backend);
    const x = new Value(tf.tensor([1, 2, 3, 4, 5, 6]).reshape([1, 2, 3, 1]), true);
    const loss = differentiate(() => {
      const merged = mergePatches(x);
      expect(merged.shape).toEqual([1, 1, 2, 4]);
      const weights = tf.tensor([1, 10, 100, 1000, 2, 20, 200, 2000]).reshape(merged.shape);
      return traced(tf.sum(tf.mul(merged.tensor, weights)), { merged }, { weights }, (_, kept) => ({
        merged: () => kept.weights.clone(),
      }));
    });
    // Upper left, lower left, upper right, lower right: 1 4 2 5, then 3 6 0 0.
    expect((await loss.data())[0]).toBe(1 + 40 + 200 + 5000 + 6 + 120);
    expect([...((await x.gradient?.data()) ?? [])]).toEqual([1, 100, 2, 10, 1000, 20]);
  });
});
