/**
 * DINOv2, with and without register tokens. Positions are later resized as timm does it, which
 * is not quite what Transformers does.
 * Source: transformers/models/{dinov2,dinov2_with_registers}/modeling_*.py, convert_*_to_hf.py;
 * timm/models/vision_transformer.py (_convert_dinov2).
 */
import type { StateDict } from '../../../lib/safetensors.ts';
import type { TransformersNames } from './contract.ts';

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
