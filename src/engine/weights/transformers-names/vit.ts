/**
 * ViT and DeiT, with and without the distillation token.
 * Source: transformers/models/{vit,deit}/modeling_*.py, convert_{vit,deit}_timm_to_pytorch.py.
 */
import type { TransformersNames } from './contract.ts';

const layer = 'encoder.layer.{i}';

export const names = {
  name: 'vit',
  prefixes: ['vit.', 'deit.'],
  mark: 'encoder.layer.0.layernorm_before.weight',
  renamed: {
    'embeddings.cls_token': 'cls_token',
    'embeddings.distillation_token': 'dist_token',
    'embeddings.position_embeddings': 'pos_embed',
    'embeddings.patch_embeddings.projection': 'patch_embed.proj',
    [`${layer}.layernorm_before`]: 'blocks.{i}.norm1',
    [`${layer}.attention.output.dense`]: 'blocks.{i}.attn.proj',
    [`${layer}.layernorm_after`]: 'blocks.{i}.norm2',
    [`${layer}.intermediate.dense`]: 'blocks.{i}.mlp.fc1',
    [`${layer}.output.dense`]: 'blocks.{i}.mlp.fc2',
    layernorm: 'norm',
    classifier: 'head',
    cls_classifier: 'head',
    distillation_classifier: 'head_dist',
  },
  joined: {
    'blocks.{i}.attn.qkv': ['query', 'key', 'value'].map(
      (part) => `${layer}.attention.attention.${part}`,
    ),
  },
  dropped: ['embeddings.position_ids', 'embeddings.mask_token', 'pooler.dense'],
  expected: { hidden_act: 'gelu', num_channels: 3 },
} satisfies TransformersNames;
