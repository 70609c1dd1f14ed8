import { expect, test } from 'vitest';
import { openDevice } from '../../../testing/devices.ts';
import { accelerate, requiredWebgpu } from '../acceleration.ts';
import { windowRows } from '../window-runs.ts';
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

const layout = { leftTurned: false, rightTurned: false };
const product = { batch: 1, rows: 256, inner: 64, columns: 256, ...layout };

const everySecond = { size: 1, stride: 2, padding: 0 };
const windows = { ...product, ...windowRows([1, 32, 32, 64], everySecond) };

test('a product gets the tiling that was fastest when it was measured', async () => {
  await openDevice('chip');
  const backend = requiredWebgpu();
  expect(windows).toMatchObject(product);
  expect(tilingFor(backend, windows)).toBe(IN_SHARED_MEMORY[0]);
  await measureTilings(backend);
  // This chip is emulated, where sharing memory only costs time.
  expect(tilingFor(backend, windows)).toBe(IN_REGISTERS);
  expect(tilingFor(backend, { ...windows, rows: 250 })).toBe(IN_REGISTERS);
  expect(tilingFor(backend, { ...windows, inner: 68 })).toBe(IN_SHARED_MEMORY[0]);
  // What is read otherwise is of another kind.
  expect(tilingFor(backend, product)).toBe(IN_SHARED_MEMORY[0]);
});

test('what was measured in an earlier visit is taken up, and what is no tiling is not', async () => {
  await openDevice('chip');
  const backend = requiredWebgpu();
  const { tilings } = measuredTilings(backend);
  const adapter = 'a chip of the same make';
  accelerate({ emulated: false, adapter, matrixUnits: false });
  recallTilings(backend, { adapter, tilings: { ...tilings, odd: '1x1x1/1x1' } });
  expect(measuredTilings(backend).tilings).toEqual(tilings);
  expect(Object.values(tilings)).toContain(tilingName(IN_REGISTERS));
  expect(tilingFor(backend, windows)).toBe(IN_REGISTERS);
});

test('an emulated adapter needs no measuring', async () => {
  await openDevice('webgpu');
  const backend = requiredWebgpu();
  expect(tilingFor(backend, { ...product, inner: 72 })).toBe(IN_REGISTERS);
  expect(await bestProduct(backend, 128)).toBeGreaterThan(0);
});
