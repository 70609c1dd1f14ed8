import { afterEach, describe, expect, it } from 'vitest';
import { writeSafetensors } from '../../lib/safetensors.ts';
import { sha256 } from '../../lib/sha256.ts';
import { bundledModels } from './bundled.ts';
import { browserCache } from './cache.ts';
import { openHub } from './hub.ts';
import { openWeights } from './open-weights.ts';

const hooks = { onProgress: () => undefined, signal: new AbortController().signal };

describe('bundled models', () => {
  it.each(bundledModels())('$name is what its card says', async (card) => {
    const opened = await openWeights({ kind: 'bundled', name: card.name }, hooks);
    let numbers = 0;
    for (const [name, { data }] of opened.tensors) {
      if (!/running_|num_batches/.test(name)) numbers += data.length;
    }
    expect(numbers).toBe(card.parameters);
    expect(opened.config?.inputSize).toBe(card.imageSize);
    expect(opened.hash).toMatch(/^[0-9a-f]{64}$/);
  });

  it('refuses a name nobody knows', () => {
    const opening = openWeights({ kind: 'bundled', name: 'resnet1000' }, hooks);
    return expect(opening).rejects.toThrow(/must be one of .*got "resnet1000"/);
  });
});

afterEach(() => caches.delete('san-studio-weights'));

describe('a model of the Hub', () => {
  it('opens without a connection once it was fetched', async () => {
    const repository = 'someone/small';
    const weights = writeSafetensors(
      new Map([['fc.bias', { shape: [2], data: Float32Array.of(1, 2) }]]),
    );
    const lfs = { sha256: await sha256(weights) };
    const siblings = [{ rfilename: 'model.safetensors', size: weights.length, lfs }];
    const online = (url: string) =>
      Promise.resolve(
        url.includes('/api/models/')
          ? Response.json({ sha: 'c0ffee', gated: false, siblings })
          : new Response(weights),
      );
    const offline = () => Promise.reject(new TypeError('Failed to fetch'));

    const first = await openHub(repository, hooks, { fetch: online, cache: browserCache() });
    expect(first).toMatchObject({ cached: false, hash: lfs.sha256, config: null });
    const again = await openHub(repository, hooks, { fetch: offline, cache: browserCache() });
    expect(again).toEqual({ ...first, cached: true });
  });
});

describe('browserCache', () => {
  it('gives back what it was given, one version a repository', async () => {
    const cache = browserCache();
    if (!cache) throw new Error('This test needs the Cache API.');
    const weights = crypto.getRandomValues(new Uint8Array(4096));
    const model = { hash: await sha256(weights), weights, configTexts: ['{"a": 1}', '{"b": 2}'] };
    await cache.store('timm/one', model);
    await cache.store('timm/other', { ...model, hash: 'other', configTexts: [] });

    expect(await cache.find('timm/one', model.hash)).toEqual(model);
    expect(await cache.find('timm/one', null)).toEqual(model);
    expect(await cache.find('timm/one', 'another')).toBeNull();
    expect(await cache.find('timm/on', null)).toBeNull();

    await cache.store('timm/one', { hash: 'newer', weights, configTexts: [] });
    expect(await cache.find('timm/one', model.hash)).toBeNull();
    expect(await cache.find('timm/one', null)).toEqual({
      hash: 'newer',
      weights,
      configTexts: [],
    });
    expect((await cache.find('timm/other', null))?.hash).toBe('other');
  });
});
