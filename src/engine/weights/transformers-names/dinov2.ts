/**
 * DINOv2, with and without register tokens. Positions are later resized as timm does it, which
 * is not quite what Transformers does.
 * Source: transformers/models/{dinov2,dinov2_with_registers}/modeling_*.py, convert_*_to_hf.py;
 * timm/models/vision_transformer.py (_convert_dinov2).
 */
import type { StateDict } from '../../../lib/safetensors.ts';
import type { TimmNetwork, Told, TransformersNames } from './contract.ts';
import { count, sideOf } from './tensors.ts';

const layer = 'encoder.layer.{i}';

export const names = {
  name: 'dinov2',
  prefixes: ['dinov2.', 'dinov2_with_registers.'],
  mark: 'encoder.layer.0.layer_scale1.lambda1',
  renamed: {
    'embeddings.cls_token': 'cls_token',
    'embeddings.register_tokens': 'reg_token',
    'embeddings.position_embeddings': 'pos_embed',
    'embeddings.patch_embeddings.projection': 'patch_embed.proj',
    [`${layer}.norm1`]: 'blocks.{i}.norm1',
    [`${layer}.attention.output.dense`]: 'blocks.{i}.attn.proj',
    [`${layer}.layer_scale1.lambda1`]: 'blocks.{i}.ls1.gamma',
    [`${layer}.norm2`]: 'blocks.{i}.norm2',
    [`${layer}.mlp.fc1`]: 'blocks.{i}.mlp.fc1',
    [`${layer}.mlp.fc2`]: 'blocks.{i}.mlp.fc2',
    [`${layer}.layer_scale2.lambda1`]: 'blocks.{i}.ls2.gamma',
    layernorm: 'norm',
  },
  joined: {
    'blocks.{i}.attn.qkv': ['query', 'key', 'value'].map(
      (part) => `${layer}.attention.attention.${part}`,
    ),
  },
  dropped: ['embeddings.mask_token'],
  foreignHead: {
    layer: 'classifier',
    reason:
      'Its own classifier was left out: it reads the class token together with the mean of all patches, and here a classifier reads the class token alone.',
  },
  expected: { hidden_act: 'gelu', use_swiglu_ffn: false, num_channels: 3 },
  finish: positionsOfPatches,
  tell,
} satisfies TransformersNames;

/**
 * With registers timm gives positions to patches only; the class token's is added to it for good.
 */
function positionsOfPatches(tensors: StateDict): StateDict {
  const token = tensors.get('cls_token');
  const positions = tensors.get('pos_embed');
  if (!tensors.has('reg_token') || !token || !positions) return tensors;
  const width = token.data.length;
  const [, count = 1] = positions.shape;
  return new Map(tensors)
    .set('cls_token', {
      shape: token.shape,
      data: token.data.map((value, channel) => value + (positions.data[channel] ?? 0)),
    })
    .set('pos_embed', {
      shape: [1, count - 1, width],
      data: positions.data.subarray(width),
    });
}

/**
 * Transformers' classifier reads the class token and the mean of all patches, one behind the other.
 * Ours reads the class token alone: its weights for the mean are zeros.
 */
function tell({ tensors, modelArgs, imageSize, normEpsilon }: TimmNetwork): Told | null {
  const { global_pool: pool, no_embed_class: unplaced, act_layer: activation } = modelArgs;
  const registers = sideOf(tensors, 'reg_token', 1);
  const isOther = ['fc_norm.weight', 'norm_pre.weight', 'dist_token'].some((name) =>
    tensors.has(name),
  );
  const isOne = tensors.has('cls_token') && tensors.has('blocks.0.ls1.gamma');
  if (isOther || !isOne || pool === 'avg' || activation !== undefined) return null;
  if (registers > 0 && unplaced !== true) return null;
  const width = sideOf(tensors, 'cls_token', 2);
  return {
    modelType: registers > 0 ? 'dinov2_with_registers' : 'dinov2',
    architecture: `Dinov2${registers > 0 ? 'WithRegisters' : ''}ForImageClassification`,
    prefix: registers > 0 ? 'dinov2_with_registers.' : 'dinov2.',
    heads: { classifier: 'head' },
    config: {
      hidden_size: width,
      num_hidden_layers: count(tensors, 'blocks.{i}.norm1.weight'),
      num_attention_heads: modelArgs['num_heads'],
      mlp_ratio: sideOf(tensors, 'blocks.0.mlp.fc1.weight', 0) / width,
      patch_size: sideOf(tensors, 'patch_embed.proj.weight', 2),
      image_size: imageSize,
      qkv_bias: tensors.has('blocks.0.attn.qkv.bias'),
      layer_norm_eps: normEpsilon,
      ...(registers > 0 && { num_register_tokens: registers }),
    },
    tensors: unplaced === true ? withClassPosition(withWideHead(tensors)) : withWideHead(tensors),
  };
}

/** [classes, C] → [classes, 2C]. */
function withWideHead(tensors: StateDict): StateDict {
  const head = tensors.get('head.weight');
  const [classes = 0, width = 0] = head?.shape ?? [];
  const data = new Float32Array(classes * 2 * width);
  for (let row = 0; row < classes; row++) {
    const weights = head?.data.subarray(row * width, (row + 1) * width) ?? [];
    data.set(weights, row * 2 * width);
  }
  return new Map(tensors).set('head.weight', { shape: [classes, 2 * width], data });
}

/** A class token without a position has one of zeros. */
function withClassPosition(tensors: StateDict): StateDict {
  const positions = tensors.get('pos_embed');
  const [, places = 0, width = 0] = positions?.shape ?? [];
  const data = new Float32Array((places + 1) * width);
  data.set(positions?.data ?? [], width);
  return new Map(tensors).set('pos_embed', { shape: [1, places + 1, width], data });
}
