import { beforeEach, expect, test } from 'vitest';
import { openDevice } from '../testing/devices.ts';
import { bringTilings, keepTilings } from './kept-tilings.ts';
import { accelerate } from './kernels/acceleration.ts';
import { IN_REGISTERS } from './kernels/products/choose.ts';
import { tilingName } from './kernels/products/contract.ts';
import { measuredTilings, recallTilings } from './ops/speed.ts';

/** Of one device after the other, as at visits with different chips. */
const takeChip = (adapter: string): void =>
  accelerate({ emulated: false, adapter, matrixUnits: null });

const tilings = { 'a kind of product': tilingName(IN_REGISTERS) };

beforeEach(() => openDevice('chip'));

test('what was measured is there again at the next visit with the same chip', async () => {
  takeChip('first chip');
  const { offered = [] } = measuredTilings() ?? {};
  recallTilings({ adapter: 'first chip', offered, tilings });
  await keepTilings();
  const cache = await caches.open('san-studio-tilings');
  const kept = await cache.match('/measured-tilings/first%20chip');
  await cache.put('/measured-tilings/second%20chip', kept?.clone() ?? new Response());
  takeChip('second chip');
  await bringTilings();
  expect(measuredTilings()).toEqual({ adapter: 'second chip', offered, tilings });
  takeChip('third chip');
  await bringTilings();
  expect(measuredTilings()).toEqual({ adapter: 'third chip', offered, tilings: {} });
});

test('what does not read as measurements is left alone', async () => {
  const cache = await caches.open('san-studio-tilings');
  const { offered } = measuredTilings() ?? {};
  const measured = (tilings: unknown): string => JSON.stringify({ offered, tilings });
  const odd = [measured([3]), measured({ kind: 3 }), measured({ kind: '1x1x1/1x1' })];
  for (const text of ['{ broken', 'null', '[]', '{ "kind": "32x128x0/8x16" }', ...odd]) {
    await cache.put('/measured-tilings/spoilt', new Response(text));
    takeChip('spoilt');
    await bringTilings();
    expect(measuredTilings()?.tilings).toEqual({});
  }
});
