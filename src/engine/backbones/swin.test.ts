import { expect, test } from 'vitest';
import { parseModelConfig } from '../../lib/model-config.ts';
import { swinShapes, type NamedShapes } from '../../testing/timm-shapes.ts';
import type { Shapes } from './contract.ts';
import { inferBackbone } from './registry.ts';

const tiny = swinShapes({ width: 96, depths: [2, 2, 6, 2], window: 7 });
const shapes = (tensors: NamedShapes): Shapes => new Map(Object.entries(tensors));
const sizedFor = (side: number) =>
  parseModelConfig(JSON.stringify({ pretrained_cfg: { input_size: [3, side, side] } }));

test('Swin-Tiny is read from its tensors and told to timm', () => {
  const backbone = inferBackbone(shapes(tiny), null);
  expect(backbone).toMatchObject({
    family: 'swin',
    label: 'Swin-Tiny',
    imageSize: 224,
    heads: ['head.fc'],
    features: 768,
    tokens: null,
    normEpsilon: 1e-5,
    modelArgs: {
      img_size: 224,
      patch_size: 4,
      window_size: [
        [7, 7],
        [7, 7],
        [7, 7],
        [7, 7],
      ],
      embed_dim: 96,
      depths: [2, 2, 6, 2],
      num_heads: [3, 6, 12, 24],
      mlp_ratio: 4,
    },
  });
  const found = Object.fromEntries(backbone.params.map(({ name, shape }) => [name, shape]));
  const heads = ['head.fc.weight', 'head.fc.bias'];
  const expected = Object.entries(tiny).filter(([name]) => !heads.includes(name));
  expect(found).toEqual(Object.fromEntries(expected));
});

test('the image size is the one at which the last stage is one window, where no config says it', () => {
  expect(
    inferBackbone(shapes(swinShapes({ width: 128, depths: [2, 2, 18, 2], window: 12 })), null),
  ).toMatchObject({
    label: 'Swin-Base',
    imageSize: 384,
  });
  expect(inferBackbone(shapes(tiny), sizedFor(256))).toMatchObject({ imageSize: 256 });
});

test('every reader of a stage reads the layer that made its features', () => {
  const { sites } = inferBackbone(shapes(tiny), null);
  const reads = new Map(sites.map(({ name, presynaptic }) => [name, presynaptic]));
  expect(reads.get('layers.0.blocks.1.attn.qkv')).toBe('patch_embed');
  expect(reads.get('layers.1.downsample.reduction')).toBe('patch_embed');
  expect(reads.get('layers.1.blocks.1.attn.qkv')).toBe('layers.1.downsample.reduction');
  expect(reads.get('layers.2.downsample.reduction')).toBe('layers.1.downsample.reduction');
  expect(reads.get('layers.2.blocks.5.attn.proj')).toBeNull();
  expect(reads.get('layers.2.blocks.5.mlp.fc1')).toBe('layers.2.blocks.5.attn.proj');
  expect(reads.get('layers.2.blocks.5.mlp.fc2')).toBe('layers.2.blocks.5.mlp.fc1');
});

test('the buffers of older files are accepted and left out', () => {
  const tensor = { shape: [1], data: new Float32Array(1) };
  const old = {
    'layers.0.blocks.0.attn.relative_position_index': [49, 49],
    'layers.0.blocks.1.attn_mask': [64, 49, 49],
  };
  const backbone = inferBackbone(shapes({ ...tiny, ...old }), null);
  const names = ['norm.weight', 'head.fc.weight', ...Object.keys(old)];
  const adopted = backbone.adopt(new Map(names.map((name) => [name, tensor])));
  expect([...adopted.keys()]).toEqual(['norm.weight', 'head.fc.weight']);
});

test.each([
  ['its second version', { 'layers.0.blocks.0.attn.logit_scale': [3, 1, 1] }, /attn\.logit_scale/],
  ['positions of its own', { absolute_pos_embed: [1, 3136, 96] }, /absolute_pos_embed/],
  [
    'merging at the end of a stage',
    { 'layers.0.downsample.reduction.weight': [192, 384] },
    /merging at the end of a stage.*layers\.0\.downsample\.reduction/,
  ],
  [
    'windows that are not square',
    { 'layers.3.blocks.1.attn.relative_position_bias_table': [13 * 11, 24] },
    /must be square.*143 offsets/,
  ],
] as const)('%s is refused in a sentence', (_what, extra, sentence) => {
  expect(() => inferBackbone(shapes({ ...tiny, ...extra }), null)).toThrow(sentence);
});

test('windows larger than the feature map are refused', () => {
  expect(() => inferBackbone(shapes(tiny), sizedFor(192))).toThrow(
    /"layers\.3\.blocks\.0" are 7 positions wide, and at this image size there are 6/,
  );
});
