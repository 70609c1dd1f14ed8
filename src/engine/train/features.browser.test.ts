import { beforeAll, describe, expect, test } from 'vitest';
import { createRng } from '../../lib/rng.ts';
import type { FormValues } from '../../protocol.ts';
import { backends, useBackend } from '../../testing/devices.ts';
import { microBackbone } from '../../testing/micro-backbone.ts';
import type { Batch } from '../data/batches.ts';
import { parseForm } from '../form.ts';
import { Model } from '../model.ts';
import { methodNamed } from '../peft/registry.ts';
import { Features } from './features.ts';
import { imageFeed, predict, type Feed } from './feed.ts';

async function modelOf(backbone: string, name: string, options: FormValues): Promise<Model> {
  const method = methodNamed(name);
  const form = parseForm(method.info.fields, options);
  return Model.fresh(await microBackbone(backbone), method, form, ['a', 'b', 'c'], 1);
}

const batchOf = (images: readonly number[]): Batch => ({
  start: 0,
  images,
  labels: new Int32Array(images.length),
  weights: new Float32Array(images.length).fill(1),
});

describe.each(backends)('on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  test.each([
    ['vit-micro', 'linear', {}],
    ['vit-micro-distilled', 'linear', {}],
    ['resnet-micro-bottleneck', 'san', { lastBlocks: 1 }],
  ] as const)(
    'the features of %s with %s %o lead to the logits of the images',
    async (backbone, name, options) => {
      const model = await modelOf(backbone, name, options);
      const { preprocessing } = model.loaded.info;
      const side = preprocessing.size;
      const rng = createRng(1);
      const bytes = Uint8Array.from({ length: 4 * side * side * 3 }, () => rng.integer(256));
      const images = (): Feed => imageFeed(bytes, 4, preprocessing);
      const features = Features.of(model.network, 4);
      await features?.compute(batchOf([7, 8, 9, 10]), images());

      const kept = features?.feed(batchOf([10, 7]));
      if (!kept) throw new Error('These images were computed.');
      expect(features?.feed(batchOf([10, 11]))).toBeNull();
      const whole = await predict(model.network, images()).array();
      const fromFeatures = await predict(model.network, kept).array();
      const wanted = [whole[3], whole[0]].flatMap((row) => row ?? []);
      const differences = fromFeatures
        .flat()
        .map((logit, i) => Math.abs(logit - (wanted[i] ?? NaN)));
      expect(Math.max(...differences)).toBeLessThan(1e-5);
      model.dispose();
    },
  );

  test('nothing is kept where the first block learns, or where it would be too much', async () => {
    const [everywhere, probe] = [
      await modelOf('vit-micro', 'san', {}),
      await modelOf('vit-micro', 'linear', {}),
    ];
    expect(Features.of(everywhere.network, 1)).toBeNull();
    expect(Features.of(probe.network, 1e8)).toBeNull();
    for (const model of [everywhere, probe]) model.dispose();
  });
});
