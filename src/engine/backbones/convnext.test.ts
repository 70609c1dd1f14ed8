import { expect, test } from 'vitest';
import { convnextShapes, type NamedShapes } from '../../testing/timm-shapes.ts';
import type { Shapes } from './contract.ts';
import { inferBackbone } from './registry.ts';

const layer = (name: string, ...shape: number[]): NamedShapes => ({
  [`${name}.weight`]: shape,
  [`${name}.bias`]: shape.slice(0, 1),
});

const atto = convnextShapes({ depths: [2, 2, 6, 2], widths: [40, 80, 160, 320], convMlp: true });
const shapes = (tensors: NamedShapes): Shapes => new Map(Object.entries(tensors));
const without = (part: string): NamedShapes =>
  Object.fromEntries(Object.entries(atto).filter(([name]) => !name.includes(part)));

test('ConvNeXt-Atto is read from its tensors and told to timm', () => {
  const backbone = inferBackbone(shapes(atto), null);
  expect(backbone).toMatchObject({
    family: 'convnext',
    label: 'ConvNeXt-Atto',
    imageSize: 224,
    heads: ['head.fc'],
    features: 320,
    modelArgs: {
      depths: [2, 2, 6, 2],
      dims: [40, 80, 160, 320],
      kernel_sizes: [7, 7, 7, 7],
      patch_size: 4,
      conv_mlp: true,
    },
  });
  expect(backbone.modelArgs).not.toHaveProperty('ls_init_value');
});

test('its tensors keep the shapes they came in', () => {
  const { params } = inferBackbone(shapes(atto), null);
  const found = Object.fromEntries(params.map(({ name, shape }) => [name, shape]));
  expect(found).toEqual(without('head.fc.'));
});

test('every scale goes on to the layer that reads its features', () => {
  const { sites } = inferBackbone(shapes(atto), null);
  const reads = new Map(sites.map(({ name, presynaptic }) => [name, presynaptic]));
  expect(reads.get('stem.0')).toBeNull();
  expect(reads.get('stages.0.blocks.0.conv_dw')).toBe('stem.0');
  expect(reads.get('stages.0.blocks.0.mlp.fc1')).toBe('stages.0.blocks.0.conv_dw');
  expect(reads.get('stages.0.blocks.1.conv_dw')).toBe('stages.0.blocks.0.mlp.fc2');
  expect(reads.get('stages.1.downsample.1')).toBe('stages.0.blocks.1.mlp.fc2');
  expect(reads.get('stages.1.blocks.0.conv_dw')).toBe('stages.1.downsample.1');
});

test('one without layer scale is told to timm so', () => {
  const { modelArgs, params } = inferBackbone(shapes(without('.gamma')), null);
  expect(modelArgs).toMatchObject({ ls_init_value: null });
  expect(params.some(({ name }) => name.endsWith('.gamma'))).toBe(false);
});

test.each([
  ['global response norms', { 'stages.0.blocks.0.mlp.grn.weight': [160] }, /mlp\.grn\.weight/],
  ['an overlapping stem', layer('stem.2', 40), /stem\.2\.weight/],
  ['a hidden layer in the head', layer('head.pre_logits.fc', 9, 9), /head\.pre_logits\.fc/],
  ['a norm before pooling', layer('norm_pre', 320), /norm_pre\.weight/],
] as const)('%s are refused by name', (_what, extra, name) => {
  expect(() => inferBackbone(shapes({ ...atto, ...extra }), null)).toThrow(name);
});

test('what is missing is refused by name', () => {
  expect(() => inferBackbone(shapes(without('stem.1.bias')), null)).toThrow(
    'A ConvNeXt needs the tensor "stem.1.bias"; the file has none.',
  );
});

test('a kernel without a middle is refused', () => {
  const even = { ...atto, ...layer('stages.2.blocks.1.conv_dw', 160, 1, 6, 6) };
  expect(() => inferBackbone(shapes(even), null)).toThrow(/must be odd.*has 6/);
});
