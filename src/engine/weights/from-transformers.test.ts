import { describe, expect, it } from 'vitest';
import { parseModelConfig } from '../../lib/model-config.ts';
import { createRng } from '../../lib/rng.ts';
import type { StateDict } from '../../lib/safetensors.ts';
import { asTransformers, type TwinName } from '../../testing/as-transformers.ts';
import { fromTransformers } from './from-transformers.ts';
import { transformersNames } from './transformers-names/registry.ts';

type Shapes = Record<string, readonly number[]>;

const affine = (name: string, ...shape: number[]): Shapes => ({
  [`${name}.weight`]: shape,
  [`${name}.bias`]: shape.slice(0, 1),
});

const batchNorm = (name: string, width: number): Shapes => ({
  ...affine(name, width),
  [`${name}.running_mean`]: [width],
  [`${name}.running_var`]: [width],
});

const attentionBlock = (name: string, width: number): Shapes => ({
  ...affine(`${name}.norm1`, width),
  ...affine(`${name}.attn.qkv`, 3 * width, width),
  ...affine(`${name}.attn.proj`, width, width),
  ...affine(`${name}.norm2`, width),
  ...affine(`${name}.mlp.fc1`, 4 * width, width),
  ...affine(`${name}.mlp.fc2`, width, 4 * width),
});

function vit(width: number, prefixTokens: number): Shapes {
  return {
    cls_token: [1, 1, width],
    pos_embed: [1, 16 + prefixTokens, width],
    ...affine('patch_embed.proj', width, 3, 8, 8),
    ...attentionBlock('blocks.0', width),
    ...attentionBlock('blocks.11', width),
    ...affine('norm', width),
    ...affine('head', 5, width),
  };
}

function dinov2(width: number): Shapes {
  const shapes = Object.entries(vit(width, 1)).filter(([name]) => !name.startsWith('head.'));
  const scales = [0, 11].flatMap((i) =>
    [1, 2].map((k): [string, number[]] => [`blocks.${i}.ls${k}.gamma`, [width]]),
  );
  return Object.fromEntries([...shapes, ...scales]);
}

function swinStage(stage: number, width: number): Shapes {
  const name = `layers.${stage}`;
  return {
    ...(stage > 0 && {
      ...affine(`${name}.downsample.norm`, 2 * width),
      [`${name}.downsample.reduction.weight`]: [width, 2 * width],
    }),
    ...attentionBlock(`${name}.blocks.0`, width),
    [`${name}.blocks.0.attn.relative_position_bias_table`]: [49, 2],
    ...attentionBlock(`${name}.blocks.1`, width),
    [`${name}.blocks.1.attn.relative_position_bias_table`]: [49, 2],
  };
}

/** timm's names and shapes of small networks of every family. */
const timm: Readonly<Record<TwinName, Shapes>> = {
  vit: vit(48, 1),
  deit: { ...vit(48, 2), dist_token: [1, 1, 48], ...affine('head_dist', 5, 48) },
  dinov2: dinov2(48),
  resnet: {
    'conv1.weight': [8, 3, 7, 7],
    ...batchNorm('bn1', 8),
    'layer1.0.conv1.weight': [4, 8, 1, 1],
    ...batchNorm('layer1.0.bn1', 4),
    'layer1.0.conv2.weight': [4, 4, 3, 3],
    ...batchNorm('layer1.0.bn2', 4),
    'layer1.0.conv3.weight': [16, 4, 1, 1],
    ...batchNorm('layer1.0.bn3', 16),
    'layer1.0.downsample.0.weight': [16, 8, 1, 1],
    ...batchNorm('layer1.0.downsample.1', 16),
    'layer4.10.conv1.weight': [4, 16, 1, 1],
    ...batchNorm('layer4.10.bn1', 4),
    ...affine('fc', 5, 16),
  },
  convnext: {
    ...affine('stem.0', 8, 3, 4, 4),
    ...affine('stem.1', 8),
    ...affine('stages.0.blocks.0.conv_dw', 8, 1, 7, 7),
    'stages.0.blocks.0.gamma': [8],
    ...affine('stages.0.blocks.0.norm', 8),
    ...affine('stages.0.blocks.0.mlp.fc1', 32, 8),
    ...affine('stages.0.blocks.0.mlp.fc2', 8, 32),
    ...affine('stages.1.downsample.0', 8),
    ...affine('stages.1.downsample.1', 16, 8, 2, 2),
    ...affine('head.norm', 16),
    ...affine('head.fc', 5, 16),
  },
  swin: {
    ...affine('patch_embed.proj', 16, 3, 4, 4),
    ...affine('patch_embed.norm', 16),
    ...swinStage(0, 16),
    ...swinStage(1, 32),
    ...affine('norm', 32),
    ...affine('head.fc', 5, 32),
  },
};

function random(shapes: Shapes): StateDict {
  const rng = createRng(1, 'tensors');
  return new Map(
    Object.entries(shapes).map(([name, shape]) => {
      const length = shape.reduce((product, side) => product * side, 1);
      return [name, { shape, data: Float32Array.from({ length }, () => rng.normal()) }];
    }),
  );
}

const isHead = (name: string) => /^(head(_dist)?\.(weight|bias)|head\.fc\.|fc\.)/.test(name);
const sorted = (tensors: StateDict | undefined) =>
  [...(tensors ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));

const twins = Object.entries(timm) as [TwinName, Shapes][];

describe('fromTransformers', () => {
  it('knows every family that has a table', () => {
    const tested = twins.map(([name]) => (name === 'deit' ? 'vit' : name));
    expect(transformersNames.map(({ name }) => name).sort()).toEqual([...new Set(tested)].sort());
  });

  it.each(twins)("brings %s back to timm's names, shapes and values", (name, shapes) => {
    const tensors = random(shapes);
    const renamed = fromTransformers(asTransformers(name, tensors), null);
    expect(sorted(renamed?.tensors)).toEqual(sorted(tensors));
  });

  it.each(twins)('does so for a bare %s without a head', (name, shapes) => {
    const tensors = new Map([...random(shapes)].filter(([tensor]) => !isHead(tensor)));
    const renamed = fromTransformers(asTransformers(name, tensors, true), null);
    expect(sorted(renamed?.tensors)).toEqual(sorted(tensors));
  });

  it.each(twins)("leaves timm's own %s alone", (_name, shapes) => {
    expect(fromTransformers(random(shapes), null)).toBeNull();
  });

  it('says that the classifier of DINOv2 cannot be used', () => {
    const withHead = asTransformers('dinov2', random(timm.dinov2));
    expect(fromTransformers(withHead, null)?.notes).toEqual([
      expect.stringMatching(/classifier was left out.*class token together with the mean/),
    ]);
    const bare = asTransformers('dinov2', random(timm.dinov2), true);
    expect(fromTransformers(bare, null)?.notes).toEqual([]);
  });

  it("adds the class token's position to it where DINOv2 has registers", () => {
    const tensors = new Map(random({ ...timm.dinov2, reg_token: [1, 4, 48] }));
    const renamed = fromTransformers(asTransformers('dinov2', tensors), null)?.tensors;
    const token = tensors.get('cls_token')?.data ?? [];
    const positions = tensors.get('pos_embed')?.data ?? new Float32Array();
    expect(renamed?.get('reg_token')).toEqual(tensors.get('reg_token'));
    expect(renamed?.get('pos_embed')).toEqual({ shape: [1, 16, 48], data: positions.slice(48) });
    expect([...(renamed?.get('cls_token')?.data ?? [])]).toEqual(
      [...token].map((value, i) => Math.fround(value + (positions[i] ?? 0))),
    );
  });

  it.each([
    ['vit', 'vit.encoder.layer.0.lambda_1'],
    ['vit', 'decoder.0.weight'],
    ['dinov2', 'dinov2.encoder.layer.0.mlp.weights_in.weight'],
    ['convnext', 'convnext.encoder.stages.0.layers.0.grn.weight'],
    ['swin', 'swin.encoder.layers.0.blocks.0.attention.self.logit_scale'],
    ['resnet', 'resnet.encoder.stages.0.layers.0.attention.weight'],
  ] as const)('refuses a %s that has "%s", naming it', (name, stranger) => {
    const tensors = new Map(asTransformers(name, random(timm[name])));
    tensors.set(stranger, { shape: [1], data: Float32Array.of(1) });
    tensors.set('unknown.too', { shape: [1], data: Float32Array.of(1) });
    expect(() => fromTransformers(tensors, null)).toThrow(
      `names of a Transformers ${name} model, but also a part that is not supported: "${stranger}"`,
    );
  });

  it('refuses attention that lacks one of its three parts', () => {
    const tensors = new Map(asTransformers('vit', random(timm.vit)));
    tensors.delete('vit.encoder.layer.0.attention.attention.key.bias');
    expect(() => fromTransformers(tensors, null)).toThrow(
      /"blocks.0.attn.qkv.bias" is joined from 3 tensors .* has 2 of them/,
    );
  });

  it.each([
    [
      'vit',
      { hidden_act: 'quick_gelu' },
      /"hidden_act" .* must be "gelu" for a vit model; got "quick_gelu"/,
    ],
    ['resnet', { downsample_in_bottleneck: true }, /"downsample_in_bottleneck" .* must be false/],
    ['dinov2', { use_swiglu_ffn: true }, /"use_swiglu_ffn" .* must be false/],
  ] as const)('refuses a %s whose config says %j', (name, said, sentence) => {
    const config = parseModelConfig(JSON.stringify({ model_type: name, ...said }));
    const tensors = asTransformers(name, random(timm[name]));
    expect(() => fromTransformers(tensors, config)).toThrow(sentence);
  });
});
