import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { writeSafetensors } from '../../lib/safetensors.ts';
import { asTransformers, type TwinName } from '../../testing/as-transformers.ts';
import { useBackend } from '../../testing/devices.ts';
import { microBackbone } from '../../testing/micro-backbone.ts';
import { loadBackbone, type LoadedBackbone } from '../loaded-backbone.ts';
import { Model } from '../model.ts';

/** What Transformers would say of each micro network in its config.json. */
const families = {
  'vit-micro': { twin: 'vit', config: { image_size: 32, num_attention_heads: 3 } },
  'vit-micro-distilled': { twin: 'deit', config: { image_size: 24, num_attention_heads: 3 } },
  'resnet-micro-bottleneck': { twin: 'resnet', config: { image_size: 48 } },
  'convnext-micro': { twin: 'convnext', config: { image_size: 64 } },
  'swin-micro': {
    twin: 'swin',
    config: { image_size: 20, window_size: 4, num_heads: [2, 2, 4], layer_norm_eps: 1e-5 },
  },
} satisfies Record<string, { twin: TwinName; config: object }>;

type Tested = keyof typeof families;
const names: readonly Tested[] = [
  'vit-micro',
  'vit-micro-distilled',
  'resnet-micro-bottleneck',
  'convnext-micro',
  'swin-micro',
];

/** The micro network as Transformers would have saved it, opened as a person's file. */
async function twinOf(name: Tested, said: object = {}): Promise<LoadedBackbone> {
  const { weights } = await microBackbone(name);
  const { twin, config } = families[name];
  const file = writeSafetensors(asTransformers(twin, weights));
  return loadBackbone(
    {
      kind: 'file',
      name: 'twin.safetensors',
      weights: new Blob([file]),
      config: new Blob([JSON.stringify({ model_type: twin, ...config, ...said })]),
    },
    { signal: new AbortController().signal, onProgress: () => undefined },
  );
}

async function logits(loaded: LoadedBackbone): Promise<Float32Array> {
  const model = Model.pretrained(loaded);
  if (!model) throw new Error('The micro networks come with a head.');
  const size = loaded.backbone.imageSize;
  const images = tf.randomNormal<tf.Rank.R4>([2, size, size, 3], 0, 1, 'float32', 7);
  const output = model.network.predict(images);
  const values = Float32Array.from(await output.data());
  tf.dispose([images, output]);
  model.dispose();
  return values;
}

beforeAll(() => useBackend('wasm'));

describe.each(names)("%s under Transformers' names", (name) => {
  test('is the same network', async () => {
    const own = await microBackbone(name);
    const twin = await twinOf(name);
    expect(await logits(twin)).toEqual(await logits(own));
    expect(twin.info).toMatchObject({ naming: 'transformers', notes: [] });
    expect(own.info).toMatchObject({ naming: 'timm', notes: [] });
    expect(twin.info.parameters).toBe(own.info.parameters);
  });
});

test('a layer norm epsilon that a config states is the one computed with', async () => {
  const usual = await logits(await twinOf('vit-micro'));
  expect(await logits(await twinOf('vit-micro', { layer_norm_eps: 1e-6 }))).toEqual(usual);
  expect(await logits(await twinOf('vit-micro', { layer_norm_eps: 0.1 }))).not.toEqual(usual);
});
