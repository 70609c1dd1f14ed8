import { describe, expect, test } from 'vitest';
import { createRng } from '../../lib/rng.ts';
import { writeSafetensors, type StateDict } from '../../lib/safetensors.ts';
import { preprocessorConfigJson } from '../../lib/transformers-config-json.ts';
import { asTransformers, type TwinName } from '../../testing/as-transformers.ts';
import { microBackbone } from '../../testing/micro-backbone.ts';
import { loadBackbone, type LoadedBackbone } from '../loaded-backbone.ts';
import { toTransformers, type TransformersModel } from './to-transformers.ts';

const classes = ['ash', 'beech', 'oak', 'yew', 'elm'];

function told({ backbone, weights }: LoadedBackbone): TransformersModel | null {
  const { modelArgs, imageSize, normEpsilon } = backbone;
  return toTransformers({ tensors: weights, modelArgs, imageSize, normEpsilon });
}

/** Opened again from what would be saved of it. */
async function reopened(
  { tensors, config, modelType }: TransformersModel,
  { info }: LoadedBackbone,
): Promise<LoadedBackbone> {
  const id2label = Object.fromEntries(classes.entries());
  return loadBackbone(
    {
      kind: 'file',
      name: 'model.safetensors',
      weights: new Blob([writeSafetensors(tensors)]),
      config: new Blob([JSON.stringify({ ...config, id2label, model_type: modelType })]),
      preprocessor: new Blob([preprocessorConfigJson(info.preprocessing)]),
    },
    { signal: new AbortController().signal, onProgress: () => undefined },
  );
}

const sorted = (tensors: StateDict) => [...tensors].sort(([a], [b]) => (a < b ? -1 : 1));

/** Two stages with whole windows, which the golden has not. */
async function swin(): Promise<LoadedBackbone> {
  const rng = createRng(2);
  const tensors = new Map<string, { shape: number[]; data: Float32Array }>();
  const add = (name: string, ...shape: number[]): void => {
    const length = shape.reduce((product, side) => product * side, 1);
    tensors.set(name, { shape, data: Float32Array.from({ length }, () => rng.normal()) });
  };
  const layer = (name: string, out: number, ...rest: number[]): void => {
    add(`${name}.weight`, out, ...rest);
    add(`${name}.bias`, out);
  };
  layer('patch_embed.proj', 8, 3, 2, 2);
  layer('patch_embed.norm', 8);
  for (const [stage, width] of [8, 16].entries()) {
    const name = `layers.${stage}`;
    if (stage > 0) {
      layer(`${name}.downsample.norm`, 2 * width);
      add(`${name}.downsample.reduction.weight`, width, 2 * width);
    }
    for (const block of [`${name}.blocks.0`, `${name}.blocks.1`]) {
      layer(`${block}.norm1`, width);
      layer(`${block}.attn.qkv`, 3 * width, width);
      add(`${block}.attn.relative_position_bias_table`, 49, 2);
      layer(`${block}.attn.proj`, width, width);
      layer(`${block}.norm2`, width);
      layer(`${block}.mlp.fc1`, 2 * width, width);
      layer(`${block}.mlp.fc2`, width, 2 * width);
    }
  }
  layer('norm', 16);
  layer('head.fc', 5, 16);
  const file = new Blob([writeSafetensors(tensors)]);
  const config = new Blob([JSON.stringify({ model_args: { img_size: 16 } })]);
  return loadBackbone(
    { kind: 'file', name: 'swin.safetensors', weights: file, config },
    { signal: new AbortController().signal, onProgress: () => undefined },
  );
}

const networks: readonly (readonly [TwinName, string, () => Promise<LoadedBackbone>])[] = [
  ['vit', 'ViTForImageClassification', () => microBackbone('vit-micro')],
  ['deit', 'DeiTForImageClassificationWithTeacher', () => microBackbone('vit-micro-distilled')],
  ['convnext', 'ConvNextForImageClassification', () => microBackbone('convnext-micro')],
  ['resnet', 'ResNetForImageClassification', () => microBackbone('resnet-micro-bottleneck')],
  ['swin', 'SwinForImageClassification', swin],
];

describe.each(networks)('%s', (twin, architecture, load) => {
  test('gets the names that conversion scripts give it', async () => {
    const loaded = await load();
    const model = told(loaded);
    expect(model).toMatchObject({ modelType: twin, architecture });
    const oracle = [...asTransformers(twin, loaded.weights).keys()].filter(
      (name) => !/mask_token|pooler|num_batches_tracked|relative_position_index/.test(name),
    );
    expect([...(model?.tensors.keys() ?? [])].sort()).toEqual(oracle.sort());
  });

  test('comes back as it was', async () => {
    const loaded = await load();
    const again = await reopened(told(loaded)!, loaded);
    const { modelArgs, imageSize, normEpsilon } = loaded.backbone;
    expect(again.backbone).toMatchObject({ modelArgs, imageSize, normEpsilon });
    expect(sorted(again.weights)).toEqual(sorted(loaded.weights));
    expect(again.info.classes).toEqual(classes);
  });
});

describe('DINOv2', () => {
  test('comes back as it was, but for its head', async () => {
    const loaded = await microBackbone('vit-micro-dinov2');
    const model = told(loaded)!;
    expect(model.modelType).toBe('dinov2_with_registers');
    const again = await reopened(model, loaded);
    const withoutHead = [...loaded.weights].filter(([name]) => !name.startsWith('head.'));
    expect(sorted(again.weights)).toEqual(sorted(new Map(withoutHead)));
    expect(again.backbone.modelArgs).toEqual(loaded.backbone.modelArgs);
  });

  test('has a classifier that reads nothing of the mean', async () => {
    const loaded = await microBackbone('vit-micro-dinov2');
    const own = loaded.weights.get('head.weight')!;
    const [rows = 0, width = 0] = own.shape;
    const wide = told(loaded)?.tensors.get('classifier.weight');
    expect(wide?.shape).toEqual([rows, 2 * width]);
    for (let row = 0; row < rows; row++) {
      const [token, mean] = [0, width].map((start) =>
        wide?.data.slice(row * 2 * width + start, row * 2 * width + start + width),
      );
      expect(token).toEqual(own.data.slice(row * width, (row + 1) * width));
      expect(mean).toEqual(new Float32Array(width));
    }
  });
});

test.each(['vit-micro-clip', 'mixer-micro', 'resnetd-micro', 'swin-micro'])(
  'Transformers has no class for %s',
  async (name) => {
    expect(told(await microBackbone(name))).toBeNull();
  },
);
