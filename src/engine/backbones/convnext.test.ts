import { expect, test } from 'vitest';
import type { Shapes } from './contract.ts';
import { inferBackbone } from './registry.ts';

type Tensors = Record<string, readonly number[]>;

const layer = (name: string, ...shape: number[]): Tensors => ({
  [`${name}.weight`]: shape,
  [`${name}.bias`]: shape.slice(0, 1),
});

/** timm's tensors of a ConvNeXt whose MLPs are 1×1 convolutions, as its small ones are. */
function convnext(depths: readonly number[], widths: readonly number[]): Tensors {
  const [first = 0] = widths;
  const tensors = { ...layer('stem.0', first, 3, 4, 4), ...layer('stem.1', first) };
  widths.forEach((width, stage) => {
    const name = `stages.${stage}`;
    const before = widths[stage - 1];
    if (before) {
      Object.assign(tensors, layer(`${name}.downsample.0`, before));
      Object.assign(tensors, layer(`${name}.downsample.1`, width, before, 2, 2));
    }
    for (let i = 0; i < (depths[stage] ?? 0); i++) {
      const block = `${name}.blocks.${i}`;
      Object.assign(tensors, layer(`${block}.conv_dw`, width, 1, 7, 7));
      Object.assign(tensors, layer(`${block}.norm`, width));
      Object.assign(tensors, layer(`${block}.mlp.fc1`, 4 * width, width, 1, 1));
      Object.assign(tensors, layer(`${block}.mlp.fc2`, width, 4 * width, 1, 1));
      Object.assign(tensors, { [`${block}.gamma`]: [width] });
    }
  });
  const last = widths.at(-1) ?? 0;
  return { ...tensors, ...layer('head.norm', last), ...layer('head.fc', 1000, last) };
}

const atto = convnext([2, 2, 6, 2], [40, 80, 160, 320]);
const shapes = (tensors: Tensors): Shapes => new Map(Object.entries(tensors));
const without = (part: string): Tensors =>
  Object.fromEntries(Object.entries(atto).filter(([name]) => !name.includes(part)));

test('ConvNeXt-Atto is read from its tensors and told to timm', () => {
  const backbone = inferBackbone(shapes(atto), null);
  expect(backbone).toMatchObject({
    family: 'convnext',
    label: 'ConvNeXt-Atto',
    imageSize: 224,
    headName: 'head.fc',
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
