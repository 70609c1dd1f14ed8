/**
 * ViT and DeiT, with and without the distillation token.
 * Source: transformers/models/{vit,deit}/modeling_*.py, convert_{vit,deit}_timm_to_pytorch.py.
 */
import type { TimmNetwork, Told, TransformersNames } from './contract.ts';
import { count, sideOf } from './tensors.ts';

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
  tell,
} satisfies TransformersNames;

/** What timm's vision transformers have that these classes have not. */
const FOREIGN = ['fc_norm.weight', 'norm_pre.weight', 'reg_token', 'blocks.0.ls1.gamma'];

function tell({ tensors, modelArgs, imageSize, normEpsilon }: TimmNetwork): Told | null {
  const { global_pool: pool, no_embed_class: unplaced, act_layer: activation } = modelArgs;
  const isOther = FOREIGN.some((name) => tensors.has(name)) || !tensors.has('cls_token');
  if (isOther || pool === 'avg' || unplaced === true || activation !== undefined) return null;
  const distilled = tensors.has('dist_token');
  return {
    modelType: distilled ? 'deit' : 'vit',
    architecture: distilled ? 'DeiTForImageClassificationWithTeacher' : 'ViTForImageClassification',
    prefix: distilled ? 'deit.' : 'vit.',
    heads: distilled
      ? { cls_classifier: 'head', distillation_classifier: 'head_dist' }
      : { classifier: 'head' },
    config: {
      hidden_size: sideOf(tensors, 'cls_token', 2),
      num_hidden_layers: count(tensors, 'blocks.{i}.norm1.weight'),
      num_attention_heads: modelArgs['num_heads'],
      intermediate_size: sideOf(tensors, 'blocks.0.mlp.fc1.weight', 0),
      patch_size: sideOf(tensors, 'patch_embed.proj.weight', 2),
      image_size: imageSize,
      qkv_bias: tensors.has('blocks.0.attn.qkv.bias'),
      layer_norm_eps: normEpsilon,
      hidden_dropout_prob: 0,
      attention_probs_dropout_prob: 0,
    },
  };
}
