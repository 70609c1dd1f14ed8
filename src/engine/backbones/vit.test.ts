import { describe, expect, it } from 'vitest';
import { parseModelConfig } from '../../lib/model-config.ts';
import { vitShapes, type NamedShapes } from '../../testing/timm-shapes.ts';
import type { Backbone } from './contract.ts';
import { inferBackbone } from './registry.ts';

/** `said` is the file's config.json; null where none came. */
function infer(shapes: NamedShapes, said: object | null = null): Backbone {
  const config = said && parseModelConfig(JSON.stringify(said));
  return inferBackbone(new Map(Object.entries(shapes)), config);
}

const plain = { patch_size: 16, depth: 12, mlp_ratio: 4 };

describe('a vision transformer is read as timm built it', () => {
  it.each([
    [
      'ViT-Tiny/16',
      vitShapes({ width: 192 }),
      null,
      { img_size: 224, embed_dim: 192, num_heads: 3 },
    ],
    ['without a head', vitShapes({ width: 192, classes: 0 }), null, {}],
    [
      'DeiT-III, whose positions are those of patches',
      vitShapes({ width: 384, patchesOnly: true, layerScale: true }),
      null,
      { no_embed_class: true, init_values: 1e-5 },
    ],
    [
      'DINOv2',
      vitShapes({ width: 384, patch: 14, imageSize: 518, layerScale: true, classes: 0 }),
      null,
      { img_size: 518, patch_size: 14, init_values: 1e-5 },
    ],
    [
      'DINOv2 with registers',
      vitShapes({
        width: 384,
        patch: 14,
        imageSize: 518,
        layerScale: true,
        registers: 4,
        patchesOnly: true,
        classes: 0,
      }),
      null,
      { img_size: 518, patch_size: 14, init_values: 1e-5, reg_tokens: 4, no_embed_class: true },
    ],
    [
      'registers that have positions',
      vitShapes({ width: 384, registers: 4, classToken: false }),
      null,
      { reg_tokens: 4, class_token: false, global_pool: 'avg', fc_norm: false },
    ],
    [
      'the mean of the patches, normalised',
      vitShapes({ width: 1024, depth: 24, lastNorm: 'fc_norm' }),
      null,
      { global_pool: 'avg', num_heads: 16, depth: 24 },
    ],
    [
      'the mean of normalised patches',
      vitShapes({ width: 512, classToken: false, qkvBias: false, layerScale: true }),
      null,
      {
        global_pool: 'avg',
        fc_norm: false,
        class_token: false,
        qkv_bias: false,
        init_values: 1e-5,
      },
    ],
    [
      'the mean where only config.json says so',
      vitShapes({ width: 192 }),
      { architecture: 'vit_tiny_patch16_224', global_pool: 'avg' },
      { global_pool: 'avg', fc_norm: false },
    ],
    [
      'the class token, normalised afterwards',
      vitShapes({ width: 192, lastNorm: 'fc_norm' }),
      { architecture: 'vit_tiny_patch16_224', global_pool: 'token' },
      { fc_norm: true },
    ],
    [
      'another size than the file was trained at',
      vitShapes({ width: 384, patch: 14, imageSize: 518, layerScale: true, classes: 0 }),
      { pretrained_cfg: { input_size: [3, 224, 224] } },
      { img_size: 224, patch_size: 14, init_values: 1e-5 },
    ],
    [
      'ViT-Huge, with 80 channels a head',
      vitShapes({ width: 1280, depth: 32, patch: 14 }),
      null,
      { num_heads: 16, depth: 32, patch_size: 14 },
    ],
    [
      'a base network with 48 channels a head',
      vitShapes({ width: 768, classToken: false }),
      { architecture: 'vit_base_patch16_gap_224' },
      { num_heads: 16, class_token: false, global_pool: 'avg', fc_norm: false },
    ],
  ])('%s', (_case, shapes, said, expected) => {
    const { modelArgs, architecture, heads } = infer(shapes, said);
    const usual = { img_size: 224, embed_dim: modelArgs['embed_dim'] };
    const heads64 = { num_heads: Number(modelArgs['embed_dim']) / 64 };
    expect(modelArgs).toEqual({ ...plain, ...usual, ...heads64, ...expected });
    expect(architecture).toBe('vit_tiny_patch16_224');
    expect(heads).toEqual(['head']);
  });

  it('takes a ratio from which timm makes the hidden width again', () => {
    const { modelArgs } = infer(vitShapes({ width: 352, mlpRatio: 480.5 / 352 }), {
      model_args: { num_heads: 11 },
    });
    expect(Math.floor(352 * (480 / 352))).toBe(479);
    expect(Math.floor(352 * Number(modelArgs['mlp_ratio']))).toBe(480);
  });
});

describe('CLIP', () => {
  const clip = vitShapes({ width: 768, preNorm: true });

  it.each([
    [{ architecture: 'vit_base_patch16_clip_224' }, undefined],
    [{ architecture: 'vit_base_patch16_clip_quickgelu_224' }, 'quick_gelu'],
    [
      { architecture: 'vit_base_patch16_clip_224', model_args: { act_layer: 'quick_gelu' } },
      'quick_gelu',
    ],
  ])('is told its GELU by config.json: %j', (said, activation) => {
    const backbone = infer(clip, said);
    expect(backbone.modelArgs['act_layer']).toBe(activation);
    expect(backbone.modelArgs['pre_norm']).toBe(true);
    expect(backbone.architecture).toBe('vit_base_patch16_clip_224');
    expect(backbone.normEpsilon).toBe(1e-5);
    const patches = backbone.sites.find((site) => site.name === 'patch_embed');
    expect(patches?.norm).toBeNull();
    expect(backbone.norms[0]?.name).toBe('norm_pre');
  });

  it('is refused without one', () => {
    expect(() => infer(clip)).toThrow(/GELU or with quick GELU.*together with its config.json/);
  });
});

it('has two heads where it was distilled', () => {
  const backbone = infer(vitShapes({ width: 192, distilled: true }));
  expect(backbone.heads).toEqual(['head', 'head_dist']);
  expect(backbone.architecture).toBe('deit_tiny_distilled_patch16_224');
  expect(backbone.tokens).toEqual({
    blocks: 12,
    width: 192,
    prefix: 2,
    patches: 196,
    patchSide: 16,
  });
});

const without = (shapes: NamedShapes, left: string): NamedShapes =>
  Object.fromEntries(Object.entries(shapes).filter(([name]) => name !== left));

describe('what is not supported is refused by its name', () => {
  const usual = vitShapes({ width: 192 });
  it.each([
    ['blocks.0.mlp.w12.weight', /gated MLP \(SwiGLU\) \("blocks.0.mlp.w12.weight"\)/],
    ['blocks.0.mlp.fc1_g.weight', /gated MLP/],
    ['blocks.0.attn.q_norm.weight', /norms of queries and keys/],
    ['blocks.0.attn.rel_pos_h', /relative positions/],
    ['attn_pool.latent', /pooling by attention/],
    ['blocks.0.attn.norm.weight', /norms inside attention/],
    ['blocks.0.in_proj.weight', /attention and MLP side by side/],
    ['patch_embed.backbone.conv.weight', /convolutional network/],
    ['blocks.0.post_norm.weight', /not supported yet: "blocks.0.post_norm.weight"/],
    ['blocks.13.norm1.weight', /not supported yet: "blocks.13.norm1.weight"/],
    ['fc_norm.weight', /needs the tensor "fc_norm.bias"/],
  ])('%s', (stranger, sentence) => {
    expect(() => infer({ ...usual, [stranger]: [192] })).toThrow(sentence);
  });

  it('a gated MLP under the usual names', () => {
    const gated = { ...usual, 'blocks.0.mlp.fc2.weight': [192, 384] };
    expect(() => infer(gated)).toThrow(/SwiGLU.*makes 768 features .* reads 384/);
  });

  it('norms without an offset', () => {
    expect(() => infer(without(usual, 'blocks.3.norm2.bias'))).toThrow(
      /needs the tensor "blocks.3.norm2.bias"/,
    );
  });

  it('pictures of one channel', () => {
    const grey = { ...usual, 'patch_embed.proj.weight': [192, 1, 16, 16] };
    expect(() => infer(grey)).toThrow(
      /must have the shape \[192, 3, 16, 16\]; got \[192, 1, 16, 16\]/,
    );
  });

  it('positions that are no square', () => {
    expect(() => infer({ ...usual, pos_embed: [1, 190, 192] })).toThrow(/square grid.*got 190/);
  });

  it.each([
    [{ architecture: 'vit_base_patch16_siglip_gap_224' }, /may be an approximation/],
    [{ architecture: 'vit_base_patch16_rpn_224' }, /norms behind attention and MLP/],
    [
      { architecture: 'x', model_args: { act_layer: 'silu' } },
      /"act_layer" .* must be "gelu" or "quick_gelu"/,
    ],
    [{ architecture: 'x', model_args: { global_pool: 'max' } }, /"global_pool" .* got "max"/],
    [{ architecture: 'x', global_pool: 'map' }, /"global_pool" .* got "map"/],
    [{ architecture: 'x', model_args: { pool_include_prefix: true } }, /"pool_include_prefix"/],
    [{ architecture: 'x', model_args: { num_heads: 5 } }, /must divide into heads; got 192 and 5/],
  ])('%j in config.json', (said, sentence) => {
    expect(() => infer(usual, said)).toThrow(sentence);
  });
});
