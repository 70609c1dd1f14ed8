import { expect, test } from 'vitest';
import { openDevice } from '../../../testing/devices.ts';
import { accelerate, requiredWebgpu } from '../acceleration.ts';
import { gradientWindowRows, windowRows } from '../window-runs.ts';
import {
  bestProduct,
  IN_QUADS,
  IN_REGISTERS,
  IN_SHARED_MEMORY,
  measuredTilings,
  measureTilings,
  recallTilings,
  tilingFor,
  timeTilings,
} from './choose.ts';
import { tilingName, type Tiling } from './contract.ts';

const layout = { leftTurned: false, rightTurned: false };
const product = { batch: 1, rows: 256, inner: 64, columns: 256, ...layout };

const everySecond = { size: 1, stride: 2, padding: 0 };
const windows = { ...product, ...windowRows([1, 32, 32, 64], everySecond) };

/** Times as ever, and has one win, whatever else this machine does. */
const wonBy =
  (winner: Tiling): NonNullable<Parameters<typeof measureTilings>[1]> =>
  async (backend, each) => {
    const timed = await timeTilings(backend, each);
    expect(timed.map(({ tiling }) => tiling)).toEqual([
      ...IN_SHARED_MEMORY,
      IN_QUADS,
      IN_REGISTERS,
    ]);
    expect(Math.min(...timed.map(({ took }) => took))).toBeGreaterThan(0);
    return timed.map(({ tiling }) => ({ tiling, took: tiling === winner ? 1 : 2 }));
  };

test('a product gets the tiling that was fastest when it was measured', async () => {
  await openDevice('chip');
  const backend = requiredWebgpu();
  expect(windows).toMatchObject(product);
  expect(tilingFor(backend, windows)).toBe(IN_SHARED_MEMORY[0]);
  expect(await measureTilings(backend, wonBy(IN_REGISTERS))).toBe(true);
  expect(tilingFor(backend, windows)).toBe(IN_REGISTERS);
  expect(tilingFor(backend, { ...windows, rows: 250 })).toBe(IN_REGISTERS);
  expect(tilingFor(backend, { ...windows, inner: 68 })).toBe(IN_SHARED_MEMORY[0]);
  // What is read otherwise is of another kind.
  expect(tilingFor(backend, product)).toBe(IN_SHARED_MEMORY[0]);
});

test('what was measured in an earlier visit is taken up, unless there are other tilings by now', async () => {
  await openDevice('chip');
  const backend = requiredWebgpu();
  const measured = measuredTilings(backend);
  expect(Object.values(measured.tilings)).toEqual([tilingName(IN_REGISTERS)]);
  const visit = (adapter: string, earlier: Partial<typeof measured>): void => {
    accelerate({ emulated: false, adapter, matrixUnits: null });
    recallTilings(backend, { ...measured, adapter, ...earlier });
  };
  visit('a chip of the same make', { tilings: { ...measured.tilings, odd: '1x1x1/1x1' } });
  expect(measuredTilings(backend).tilings).toEqual(measured.tilings);
  expect(tilingFor(backend, windows)).toBe(IN_REGISTERS);
  visit('a chip of long ago', { offered: measured.offered.slice(1) });
  expect(measuredTilings(backend).tilings).toEqual({});
});

test('an emulated adapter needs no measuring', async () => {
  await openDevice('webgpu');
  const backend = requiredWebgpu();
  expect(tilingFor(backend, { ...product, inner: 72 })).toBe(IN_QUADS);
  const gradients = gradientWindowRows([1, 16, 16, 64], [1, 32, 32, 64], everySecond);
  expect(tilingFor(backend, { ...product, ...gradients })).toBe(IN_REGISTERS);
  expect(await bestProduct(backend, 128)).toBeGreaterThan(0);
});
