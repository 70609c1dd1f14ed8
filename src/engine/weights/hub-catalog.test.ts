import { describe, expect, it } from 'vitest';
import { parseModelConfig } from '../../lib/model-config.ts';
import type { StateDict } from '../../lib/safetensors.ts';
import { asTransformers } from '../../testing/as-transformers.ts';
import { resnetShapes, vitShapes, type NamedShapes } from '../../testing/timm-shapes.ts';
import type { HubCard } from '../../protocol.ts';
import type { Backbone } from '../backbones/contract.ts';
import { inferBackbone } from '../backbones/registry.ts';
import { fromTransformers } from './from-transformers.ts';
import { hubModels } from './hub-catalog.ts';

const dinov2 = { patch: 14, imageSize: 518, layerScale: true, classes: 0 };
const basic = { layers: [2, 2, 2, 2], bottleneck: false };
const bottleneck = { layers: [3, 4, 6, 3], bottleneck: true };
const deep = { deepStem: [32, 32, 64], averageDown: true } as const;

/** What the file of each model holds, under timm's names. */
const files: Readonly<Record<string, NamedShapes>> = {
  'timm/vit_tiny_patch16_224.augreg_in21k_ft_in1k': vitShapes({ width: 192 }),
  'timm/vit_small_patch16_224.augreg_in21k_ft_in1k': vitShapes({ width: 384 }),
  'timm/vit_base_patch16_224.augreg_in21k': vitShapes({ width: 768, classes: 21_843 }),
  'timm/deit_tiny_patch16_224.fb_in1k': vitShapes({ width: 192 }),
  'timm/deit_tiny_distilled_patch16_224.fb_in1k': vitShapes({ width: 192, distilled: true }),
  'timm/deit_small_patch16_224.fb_in1k': vitShapes({ width: 384 }),
  'timm/vit_base_patch16_clip_224.laion2b_ft_in12k_in1k': vitShapes({ width: 768, preNorm: true }),
  'facebook/dinov2-small': vitShapes({ ...dinov2, width: 384 }),
  'facebook/dinov2-base': vitShapes({ ...dinov2, width: 768 }),
  'timm/vit_small_patch14_dinov2.lvd142m': vitShapes({ ...dinov2, width: 384 }),
  'timm/vit_small_patch14_reg4_dinov2.lvd142m': vitShapes({
    ...dinov2,
    width: 384,
    registers: 4,
    patchesOnly: true,
  }),
  'timm/vit_base_patch14_dinov2.lvd142m': vitShapes({ ...dinov2, width: 768 }),
  'timm/resnet18.a1_in1k': resnetShapes(basic),
  'timm/resnet18d.ra2_in1k': resnetShapes({ ...basic, ...deep }),
  'timm/resnet34.a1_in1k': resnetShapes({ layers: [3, 4, 6, 3], bottleneck: false }),
  'timm/resnet50.a1_in1k': resnetShapes(bottleneck),
  'timm/resnet50d.ra2_in1k': resnetShapes({ ...bottleneck, ...deep }),
};

/** Tensors without their numbers, which nobody reads here. */
const named = (shapes: NamedShapes): StateDict =>
  new Map(
    Object.entries(shapes).map(([name, shape]) => [name, { shape, data: new Float32Array() }]),
  );

const sizeOf = (shape: readonly number[]): number => shape.reduce((size, side) => size * side, 1);

/** Batch-norm statistics are not parameters. */
const parametersOf = (shapes: NamedShapes): number =>
  Object.entries(shapes)
    .filter(([name]) => !/running_|num_batches/.test(name))
    .reduce((sum, [, shape]) => sum + sizeOf(shape), 0);

const dinov2Said = {
  model_type: 'dinov2',
  hidden_act: 'gelu',
  image_size: 518,
  layer_norm_eps: 1e-6,
  do_center_crop: true,
  crop_size: { height: 224, width: 224 },
  size: { shortest_edge: 256 },
};

/** The model as its config.json and its file would bring it. */
function opened({ repository, imageSize }: HubCard): { backbone: Backbone; shapes: NamedShapes } {
  const tensors = named(files[repository] ?? {});
  const isTimm = repository.startsWith('timm/');
  const said = isTimm
    ? {
        architecture: repository.replace(/^timm\/|\..*$/g, ''),
        pretrained_cfg: { input_size: [3, imageSize, imageSize] },
      }
    : { ...dinov2Said, num_attention_heads: (tensors.get('norm.weight')?.shape[0] ?? 0) / 64 };
  const config = parseModelConfig(JSON.stringify(said));
  const arrived = isTimm
    ? tensors
    : fromTransformers(asTransformers('dinov2', tensors, true), config)?.tensors;
  const shapes = new Map([...(arrived ?? [])].map(([name, { shape }]) => [name, shape]));
  return { backbone: inferBackbone(shapes, config), shapes: Object.fromEntries(shapes) };
}

const cards = hubModels().filter(({ family }) => family === 'vit' || family === 'resnet');
const transformers = cards.filter(({ family }) => family === 'vit');

describe('a model of the catalog', () => {
  it.each(cards)('is a network that is known here: $repository', (card) => {
    const { backbone, shapes } = opened(card);
    const { family, imageSize } = card;
    expect(backbone).toMatchObject({ family, imageSize });
    expect(shapes).toEqual(files[card.repository]);
  });

  it.each(cards)('has as many parameters as its card says: $repository', (card) => {
    expect(parametersOf(opened(card).shapes)).toBe(card.parameters);
  });

  it.each(transformers)('keeps as many activations as its card says: $repository', (card) => {
    const { tokens, sites } = opened(card).backbone;
    const { patches = 0, prefix = 0 } = tokens ?? {};
    const activations = sites.map(
      ({ role, outputs }) => outputs * (role === 'embedding' ? patches : patches + prefix),
    );
    expect(activations.reduce((sum, size) => sum + size)).toBe(card.activations);
  });
});
