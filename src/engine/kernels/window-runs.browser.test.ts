import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '../../testing/devices.ts';
import { largestDifference } from '../../testing/largest-difference.ts';
import { requiredWebgpu } from './acceleration.ts';
import { IN_QUADS, IN_REGISTERS, IN_SHARED_MEMORY } from './products/choose.ts';
import { tilingName, type LeftSide, type Tiling } from './products/contract.ts';
import { launchProduct } from './products/product.ts';
import { gradientWindowRows, windowRows, windowsOver } from './window-runs.ts';

beforeAll(() => useBackend('webgpu'));

const random = (shape: number[], seed: number): tf.Tensor =>
  tf.randomNormal(shape, 0, 1, 'float32', seed);

interface Case {
  readonly image: readonly [number, number, number, number];
  readonly out: number;
  readonly size: number;
  readonly stride: number;
  readonly padding: number;
}

const cases: Case[] = [
  { image: [1, 1, 1, 4], out: 4, size: 3, stride: 1, padding: 1 },
  { image: [1, 6, 5, 20], out: 12, size: 3, stride: 1, padding: 0 },
  { image: [2, 9, 7, 12], out: 20, size: 3, stride: 2, padding: 1 },
  { image: [4, 16, 8, 4], out: 20, size: 3, stride: 2, padding: 1 },
  { image: [4, 16, 8, 4], out: 4, size: 1, stride: 2, padding: 0 },
  { image: [3, 11, 10, 4], out: 8, size: 7, stride: 2, padding: 3 },
  { image: [1, 5, 6, 8], out: 8, size: 1, stride: 1, padding: 1 },
];

async function check(tiling: Tiling, { image, out, ...windows }: Case): Promise<void> {
  const { size, stride, padding } = windows;
  const [into] = image.slice(-1) as [number];
  const x = random([...image], 1) as tf.Tensor4D;
  const filter = random([size, size, into, out], 2) as tf.Tensor4D;
  const g = random([...windowsOver(image, windows), out], 3) as tf.Tensor4D;
  const product = (
    side: LeftSide,
    left: tf.Tensor,
    right: tf.Tensor,
    turned: boolean,
  ): tf.Tensor => {
    const columns = turned ? out : into;
    const sizes = { batch: 1, ...side, columns, leftTurned: false, rightTurned: turned };
    return launchProduct(requiredWebgpu(), sizes, tiling, { left, right });
  };
  const rows = tf.transpose(filter, [3, 0, 1, 2]); // [out, k, k, in]
  const seen = product(windowRows(image, windows), x, rows, true);
  const columns = tf.transpose(filter, [0, 1, 3, 2]); // [k, k, out, in]
  const seenBy = product(gradientWindowRows(g.shape, image, windows), g, columns, false);
  const there = tf.conv2d(x, filter, stride, padding);
  const back = tf.conv2dTranspose(g, filter, [...image], stride, padding);
  expect(await largestDifference(seen.reshape(there.shape), there)).toBeLessThan(1e-4);
  expect(await largestDifference(seenBy.reshape(back.shape), back)).toBeLessThan(1e-4);
}

const [wide = IN_REGISTERS] = IN_SHARED_MEMORY;
const deep = IN_SHARED_MEMORY.at(-1) ?? IN_REGISTERS;
const named = (tiling: Tiling) => ({ name: tilingName(tiling), tiling });

describe.each([IN_REGISTERS, IN_QUADS, wide].map(named))('tiled by $name', ({ tiling }) => {
  test.each(cases)(
    '$size×$size every $stride of $image, $padding around it, goes there and back',
    (shapes) => check(tiling, shapes),
  );
});

test.each(cases.filter(({ image: [images] }) => images === 4))(
  'in deep strips, $size×$size every $stride of $image goes there and back',
  (shapes) => check(deep, shapes),
);
