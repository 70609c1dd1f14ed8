import { expect, test } from 'vitest';
import { parseModelConfig } from '../../lib/model-config.ts';
import type { NamedShapes } from '../../testing/timm-shapes.ts';
import { adaptedNetwork } from '../adapted-network.ts';
import { refusalsOf } from '../peft/registry.ts';
import type { Shapes } from './contract.ts';
import { inferBackbone } from './registry.ts';

const layer = (name: string, ...shape: number[]): NamedShapes => ({
  [`${name}.weight`]: shape,
  [`${name}.bias`]: shape.slice(0, 1),
});

/** timm's MlpMixer with 1000 classes. */
function mixerShapes(patch: number, width: number, depth: number, imageSize = 224): NamedShapes {
  const tokens = (imageSize / patch) ** 2;
  const block = (name: string): NamedShapes => ({
    ...layer(`${name}.norm1`, width),
    ...layer(`${name}.mlp_tokens.fc1`, width / 2, tokens),
    ...layer(`${name}.mlp_tokens.fc2`, tokens, width / 2),
    ...layer(`${name}.norm2`, width),
    ...layer(`${name}.mlp_channels.fc1`, 4 * width, width),
    ...layer(`${name}.mlp_channels.fc2`, width, 4 * width),
  });
  const blocks = Array.from({ length: depth }, (_, i) => Object.entries(block(`blocks.${i}`)));
  return {
    ...layer('stem.proj', width, 3, patch, patch),
    ...Object.fromEntries(blocks.flat()),
    ...layer('norm', width),
    ...layer('head', 1000, width),
  };
}

const base = mixerShapes(16, 768, 12);
const shapes = (tensors: NamedShapes): Shapes => new Map(Object.entries(tensors));
const configOf = (said: object) => parseModelConfig(JSON.stringify(said));

test('Mixer-B/16 is read from its tensors and told to timm', () => {
  const backbone = inferBackbone(shapes(base), null);
  expect(backbone).toMatchObject({
    family: 'mixer',
    label: 'Mixer-B/16, 12 blocks',
    imageSize: 224,
    heads: ['head'],
    firstConv: 'stem.proj',
    features: 768,
    tokens: null,
    normEpsilon: 1e-6,
    architecture: 'mixer_b16_224',
  });
  // timm's function of this name fixes the rest, and fails when it is told again.
  expect(backbone.modelArgs).toEqual({ img_size: 224, mlp_ratio: [0.5, 4] });
  const found = Object.fromEntries(backbone.params.map(({ name, shape }) => [name, shape]));
  const expected = Object.entries(base).filter(([name]) => !name.startsWith('head.'));
  expect(found).toEqual(Object.fromEntries(expected));
});

test.each([
  [32, 512, 8, 'mixer_s32_224'],
  [16, 1024, 24, 'mixer_l16_224'],
] as const)(
  'with patches of %i, %i channels and %i blocks it is %s',
  (patch, width, depth, name) => {
    const found = inferBackbone(shapes(mixerShapes(patch, width, depth)), null);
    expect(found.architecture).toBe(name);
  },
);

test('of sizes that no name of timm has, all are told, hidden features to the last one', () => {
  const odd = {
    ...mixerShapes(8, 24, 1, 64),
    ...layer('blocks.0.mlp_tokens.fc1', 29, 64),
    ...layer('blocks.0.mlp_tokens.fc2', 64, 29),
  };
  const { modelArgs } = inferBackbone(shapes(odd), null);
  expect(modelArgs).toMatchObject({ img_size: 64, patch_size: 8, num_blocks: 1, embed_dim: 24 });
  const ratios = modelArgs['mlp_ratio'];
  if (!Array.isArray(ratios)) throw new Error('There is a ratio for each MLP.');
  expect(ratios.map((ratio) => Math.floor(24 * Number(ratio)))).toEqual([29, 96]);
});

test('channels read the layer that made them, hidden features the layer before, tokens nothing', () => {
  const { sites } = inferBackbone(shapes(base), null);
  const reads = new Map(sites.map(({ name, presynaptic }) => [name, presynaptic]));
  expect(reads.get('stem.proj')).toBeNull();
  expect(reads.get('blocks.3.mlp_tokens.fc1')).toBeNull();
  expect(reads.get('blocks.3.mlp_tokens.fc2')).toBe('blocks.3.mlp_tokens.fc1');
  expect(reads.get('blocks.3.mlp_channels.fc1')).toBe('stem.proj');
  expect(reads.get('blocks.3.mlp_channels.fc2')).toBe('blocks.3.mlp_channels.fc1');
});

test('a token MLP is applied once a channel, all else once a token', () => {
  const { sites } = inferBackbone(shapes(base), null);
  for (const { name, timesPerPosition } of sites) {
    expect(timesPerPosition).toBe(name.includes('mlp_tokens') ? 768 / 196 : undefined);
  }
});

test('of all methods it refuses prompts alone', () => {
  const refusals = refusalsOf(adaptedNetwork(inferBackbone(shapes(base), null)));
  expect(Object.keys(refusals).sort()).toEqual(['vpt_deep', 'vpt_shallow']);
});

test('an image size other than the one it was trained at is refused', () => {
  const at = (said: object) => () => inferBackbone(shapes(base), configOf(said));
  const sentence = /224 px for these 14 × 14 patches; config\.json says 384 px/;
  expect(at({ pretrained_cfg: { input_size: [3, 384, 384] } })).toThrow(sentence);
  expect(at({ model_args: { img_size: 384 } })).toThrow(sentence);
  expect(at({ model_args: { img_size: 224 } })).not.toThrow();
});

const gated = {
  ...layer('blocks.0.mlp_tokens.fc1', 384, 196),
  'blocks.0.mlp_tokens.fc2.weight': [196, 192],
};

test.each([
  ['ResMLP', { 'blocks.0.linear_tokens.weight': [196, 196] }, /hidden layer \(ResMLP\)/],
  ['the norm of ResMLP', { 'norm.alpha': [1, 1, 768] }, /\(ResMLP\) \("norm\.alpha"\)/],
  ['gMLP', { 'blocks.0.mlp_channels.gate.norm.weight': [1536] }, /spatial gating \(gMLP\)/],
  ['a norm in the stem', layer('stem.norm', 768), /a norm behind the patch embedding/],
  ['a gated MLP', gated, /makes 384 features and "blocks\.0\.mlp_tokens\.fc2" reads 192/],
  ['what it does not know', { 'blocks.0.ls1': [768] }, /"blocks\.0\.ls1"/],
] as const)('%s is refused in a sentence', (_what, extra, sentence) => {
  expect(() => inferBackbone(shapes({ ...base, ...extra }), null)).toThrow(sentence);
});

test.each([
  [{ architecture: 'gmixer_24_224' }, /gated MLPs \(config\.json says "gmixer_24_224"\)/],
  [{ model_args: { act_layer: 'silu' } }, /"act_layer" .* must be "gelu" .* got "silu"/],
  [{ global_pool: 'token' }, /"global_pool" .* must be "avg" .* got "token"/],
] as const)('%o is refused in a sentence', (said, sentence) => {
  expect(() => inferBackbone(shapes(base), configOf(said))).toThrow(sentence);
});
