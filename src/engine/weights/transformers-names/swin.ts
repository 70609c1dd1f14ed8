/**
 * Swin, its first version. Transformers merges patches at the end of a stage, timm at the
 * beginning of the next.
 * Source: transformers/models/swin/modeling_swin.py, convert_swin_timm_to_pytorch.py;
 * timm/models/swin_transformer.py (checkpoint_filter_fn).
 */
import type { TimmNetwork, Told, TransformersNames } from './contract.ts';
import { count, sideOf, upTo } from './tensors.ts';

const stage = 'encoder.layers.{s}';
const block = `${stage}.blocks.{i}`;

export const names = {
  name: 'swin',
  prefixes: ['swin.'],
  mark: 'encoder.layers.0.blocks.0.layernorm_before.weight',
  renamed: {
    'embeddings.patch_embeddings.projection': 'patch_embed.proj',
    'embeddings.norm': 'patch_embed.norm',
    [`${block}.layernorm_before`]: 'layers.{s}.blocks.{i}.norm1',
    [`${block}.attention.self.relative_position_bias_table`]:
      'layers.{s}.blocks.{i}.attn.relative_position_bias_table',
    [`${block}.attention.output.dense`]: 'layers.{s}.blocks.{i}.attn.proj',
    [`${block}.layernorm_after`]: 'layers.{s}.blocks.{i}.norm2',
    [`${block}.intermediate.dense`]: 'layers.{s}.blocks.{i}.mlp.fc1',
    [`${block}.output.dense`]: 'layers.{s}.blocks.{i}.mlp.fc2',
    [`${stage}.downsample.norm`]: 'layers.{s+1}.downsample.norm',
    [`${stage}.downsample.reduction`]: 'layers.{s+1}.downsample.reduction',
    layernorm: 'norm',
    classifier: 'head.fc',
  },
  joined: {
    'layers.{s}.blocks.{i}.attn.qkv': ['query', 'key', 'value'].map(
      (part) => `${block}.attention.self.${part}`,
    ),
  },
  dropped: [`${block}.attention.self.relative_position_index`, 'embeddings.mask_token'],
  expected: { hidden_act: 'gelu', use_absolute_embeddings: false, num_channels: 3 },
  tell,
} satisfies TransformersNames;

/**
 * Only where all windows are of one size, and feature maps halve without a rest: how the two
 * libraries round otherwise is not the same.
 */
function tell({ tensors, imageSize, normEpsilon }: TimmNetwork): Told | null {
  const stages = upTo(count(tensors, `layers.{i}.blocks.0.${TABLE}`)).map((s) => `layers.${s}`);
  const patch = sideOf(tensors, 'patch_embed.proj.weight', 2);
  const positions = imageSize / patch;
  const window = windowOf(tensors, 'layers.0.blocks.0');
  const blocks = (name: string): number => count(tensors, `${name}.blocks.{i}.${TABLE}`);
  const fits = stages.every((name, s) => {
    const side = positions / 2 ** s;
    const own = upTo(blocks(name)).map((i) => windowOf(tensors, `${name}.blocks.${i}`));
    return Number.isInteger(side) && own.every((size) => size === Math.min(window, side));
  });
  if (stages.length === 0 || !fits) return null;
  const width = sideOf(tensors, 'layers.0.blocks.0.norm1.weight', 0);
  return {
    modelType: 'swin',
    architecture: 'SwinForImageClassification',
    prefix: 'swin.',
    heads: { classifier: 'head.fc' },
    config: {
      embed_dim: width,
      depths: stages.map(blocks),
      num_heads: stages.map((name) => sideOf(tensors, `${name}.blocks.0.${TABLE}`, 1)),
      window_size: window,
      mlp_ratio: sideOf(tensors, 'layers.0.blocks.0.mlp.fc1.weight', 0) / width,
      patch_size: patch,
      image_size: imageSize,
      qkv_bias: true,
      layer_norm_eps: normEpsilon,
      drop_path_rate: 0,
    },
  };
}

const TABLE = 'attn.relative_position_bias_table';

/** The table has a row for every offset inside a window: (2w − 1)². */
function windowOf(tensors: TimmNetwork['tensors'], name: string): number {
  return (Math.sqrt(sideOf(tensors, `${name}.${TABLE}`, 0)) + 1) / 2;
}
