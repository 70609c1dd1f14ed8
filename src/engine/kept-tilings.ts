/** What was found out about an adapter's speed, kept by the browser: measured once, not at every visit. */
import { fields, listOf, mapOf, text } from '../lib/json-shape.ts';
import { measuredTilings, recallTilings, type MeasuredTilings } from './ops/speed.ts';

const CACHE_NAME = 'san-studio-tilings';

/** Keys only look like addresses; nothing is ever served from them. */
const keyOf = (adapter: string): string => `/measured-tilings/${encodeURIComponent(adapter)}`;

/** Has the present device take up what was measured on its like; a browser without a cache has nothing. */
export async function bringTilings(): Promise<void> {
  const present = measuredTilings();
  if (!present || typeof caches === 'undefined') return;
  const cache = await caches.open(CACHE_NAME);
  const found = await cache.match(keyOf(present.adapter));
  const kept: unknown = await found?.json().catch(() => null);
  if (isMeasured(kept)) recallTilings({ ...kept, adapter: present.adapter });
}

/** Keeps what has been measured by now; a full disk costs the next visit a measurement. */
export async function keepTilings(): Promise<void> {
  const present = measuredTilings();
  if (!present || typeof caches === 'undefined' || Object.keys(present.tilings).length === 0)
    return;
  const cache = await caches.open(CACHE_NAME);
  const kept = new Response(JSON.stringify(present));
  await cache.put(keyOf(present.adapter), kept).catch(() => undefined);
}

const areTilings = fields({ offered: listOf(text), tilings: mapOf(text) });

const isMeasured = (value: unknown): value is MeasuredTilings => areTilings(value);
