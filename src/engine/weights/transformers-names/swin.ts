/**
 * Swin, its first version. Transformers merges patches at the end of a stage, timm at the
 * beginning of the next.
 * Source: transformers/models/swin/modeling_swin.py, convert_swin_timm_to_pytorch.py;
 * timm/models/swin_transformer.py (checkpoint_filter_fn).
 */
import type { TransformersNames } from './contract.ts';

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
} satisfies TransformersNames;
