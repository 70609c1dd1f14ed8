import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '../testing/devices.ts';
import expected from '../testing/deit-tiny-clothing.json';
import { loadBackbone } from './loaded-backbone.ts';
import { Model } from './model.ts';

// Real weights and photographs stay outside the repository; the numbers are PyTorch's.
const weights = import.meta.glob<string>(
  '../../../shared/weights/deit_tiny_patch16_224.safetensors',
  { query: '?url', import: 'default' },
);
const photographs = import.meta.glob<string>('../../../shared/data/clothing/test/*/*.jpg', {
  query: '?url',
  import: 'default',
});
const [openWeights] = Object.values(weights);

const fetched = async (open: () => Promise<string>): Promise<Blob> =>
  (await fetch(await open())).blob();

async function deit(): Promise<Model> {
  if (!openWeights) throw new Error('The weights are not here.');
  const config = JSON.stringify({ pretrained_cfg: { crop_pct: 0.9, input_size: [3, 224, 224] } });
  const loaded = await loadBackbone(
    {
      kind: 'file',
      name: 'deit_tiny.safetensors',
      weights: await fetched(openWeights),
      config: new Blob([config]),
    },
    { signal: new AbortController().signal, onProgress: () => undefined },
  );
  const model = Model.pretrained(loaded);
  if (!model) throw new Error('DeiT comes with a head.');
  return model;
}

describe.skipIf(!openWeights)('DeiT-Tiny on photographs', () => {
  beforeAll(() => useBackend('wasm'));

  test('says what PyTorch says on at least 99 of 100', { timeout: 400_000 }, async () => {
    const model = await deit();
    let agreed = 0;
    let largest = 0;
    const entries = Object.entries(expected);
    for (const [name, { top1, logit }] of entries) {
      const open = photographs[`../../../shared/data/clothing/test/${name}`];
      if (!open) throw new Error(`The photograph ${name} is not here.`);
      const { logits } = await model.predict(await fetched(open));
      if (logits.indexOf(Math.max(...logits)) === top1) agreed++;
      largest = Math.max(largest, Math.abs((logits[top1] ?? 0) - logit));
    }
    model.dispose();
    expect(entries).toHaveLength(100);
    expect(agreed).toBeGreaterThanOrEqual(99);
    expect(largest).toBeLessThan(0.01);
  });
});
