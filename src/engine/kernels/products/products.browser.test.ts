import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '../../../testing/devices.ts';
import { largestDifference } from '../../../testing/largest-difference.ts';
import { accelerationOf, requiredWebgpu } from '../acceleration.ts';
import { IN_HALVES, IN_QUADS, IN_REGISTERS, IN_SHARED_MEMORY, inUnits } from './choose.ts';
import { tilingName, type Tiling } from './contract.ts';
import { launchProduct } from './product.ts';

beforeAll(() => useBackend('webgpu'));

const tilings = [IN_REGISTERS, IN_QUADS, ...IN_SHARED_MEMORY].map((tiling) => ({
  name: tilingName(tiling),
  tiling,
}));

const sizes = [
  { batch: 1, rows: 4, inner: 4, columns: 4 },
  { batch: 1, rows: 132, inner: 100, columns: 68 },
  { batch: 2, rows: 40, inner: 20, columns: 132 },
];

const layouts = [
  { leftTurned: false, rightTurned: false },
  { leftTurned: false, rightTurned: true },
  { leftTurned: true, rightTurned: false },
  { leftTurned: true, rightTurned: true },
];

async function check(
  tiling: Tiling,
  layout: (typeof layouts)[number],
  tolerance = 1e-4,
): Promise<void> {
  for (const shape of sizes) {
    const { batch, rows, inner, columns } = shape;
    const { leftTurned, rightTurned } = layout;
    const left = tf.randomNormal(leftTurned ? [batch, inner, rows] : [batch, rows, inner]);
    const right = tf.randomNormal(rightTurned ? [batch, columns, inner] : [batch, inner, columns]);
    const expected = tf.matMul(left, right, leftTurned, rightTurned);
    const found = launchProduct(requiredWebgpu(), { ...shape, ...layout }, tiling, { left, right });
    expect(await largestDifference(found, expected)).toBeLessThan(tolerance);
    tf.dispose([left, right, expected, found]);
  }
}

/** One side's reading does not depend on the other's: with all tilings, each side as it lies and turned. */
const tilingsOf = ({ leftTurned, rightTurned }: (typeof layouts)[number]): typeof tilings => {
  const some = leftTurned === rightTurned ? tilings : tilings.slice(0, 3);
  return some.filter(({ tiling }) => tiling.by === 'shared' || !leftTurned);
};

describe.each(layouts)('left turned: $leftTurned, right turned: $rightTurned', (layout) => {
  test.each(tilingsOf(layout))(
    'tiled by $name, odd shapes come to what TensorFlow.js finds',
    ({ tiling }) => check(tiling, layout),
  );
});

test('half precision comes to about the same, in matrix units too', async ({ skip }) => {
  const backend = requiredWebgpu();
  const { matrixUnits } = accelerationOf(backend);
  skip(!backend.device.features.has('shader-f16'), 'this device offers none');
  for (const tiling of [...IN_HALVES, ...(matrixUnits ? inUnits(matrixUnits) : [])]) {
    for (const layout of layouts) await check(tiling, layout, 0.1);
  }
});
