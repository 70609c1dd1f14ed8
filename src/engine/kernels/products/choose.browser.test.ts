import { expect, test } from 'vitest';
import { openDevice } from '../../../testing/devices.ts';
import { accelerate, requiredWebgpu } from '../acceleration.ts';
import {
  bestProduct,
  IN_REGISTERS,
  IN_SHARED_MEMORY,
  measuredTilings,
  measureTilings,
  recallTilings,
  tilingFor,
} from './choose.ts';
import { tilingName } from './contract.ts';

const sizes = { batch: 1, rows: 256, inner: 64, columns: 256 };
const layout = { leftTurned: false, rightTurned: false };

test('a product gets the tiling that was fastest when it was measured', async () => {
  await openDevice('chip');
  const backend = requiredWebgpu();
  expect(tilingFor(backend, sizes, layout)).toBe(IN_SHARED_MEMORY[0]);
  await measureTilings(backend);
  // This chip is emulated, where sharing memory only costs time.
  expect(tilingFor(backend, sizes, layout)).toBe(IN_REGISTERS);
  expect(tilingFor(backend, { ...sizes, rows: 250 }, layout)).toBe(IN_REGISTERS);
  expect(tilingFor(backend, { ...sizes, inner: 68 }, layout)).toBe(IN_SHARED_MEMORY[0]);
});

test('what was measured in an earlier visit is taken up, and what is no tiling is not', async () => {
  await openDevice('chip');
  const backend = requiredWebgpu();
  const earlier = measuredTilings(backend);
  const other = { emulated: false, adapter: 'a chip of the same make', matrixUnits: false };
  accelerate(other);
  const [kind = ''] = Object.keys(earlier.tilings);
  recallTilings(backend, {
    adapter: other.adapter,
    tilings: { ...earlier.tilings, odd: '1x1x1/1x1' },
  });
  expect(measuredTilings(backend).tilings).toEqual(earlier.tilings);
  expect(earlier.tilings[kind]).toBe(tilingName(IN_REGISTERS));
  expect(tilingFor(backend, sizes, layout)).toBe(IN_REGISTERS);
});

test('an emulated adapter needs no measuring', async () => {
  await openDevice('webgpu');
  const backend = requiredWebgpu();
  expect(tilingFor(backend, { ...sizes, inner: 72 }, layout)).toBe(IN_REGISTERS);
  expect(await bestProduct(backend, 128)).toBeGreaterThan(0);
});
