/**
 * ConvNeXt, its first version.
 * Source: transformers/models/convnext/modeling_convnext.py, convert_convnext_to_pytorch.py;
 * timm/models/convnext.py (checkpoint_filter_fn).
 */
import type { TransformersNames } from './contract.ts';

const stage = 'encoder.stages.{s}';

export const names = {
  name: 'convnext',
  prefixes: ['convnext.'],
  mark: 'encoder.stages.0.layers.0.dwconv.weight',
  renamed: {
    'embeddings.patch_embeddings': 'stem.0',
    'embeddings.layernorm': 'stem.1',
    [`${stage}.downsampling_layer.{j}`]: 'stages.{s}.downsample.{j}',
    [`${stage}.layers.{i}.dwconv`]: 'stages.{s}.blocks.{i}.conv_dw',
    [`${stage}.layers.{i}.layernorm`]: 'stages.{s}.blocks.{i}.norm',
    [`${stage}.layers.{i}.pwconv1`]: 'stages.{s}.blocks.{i}.mlp.fc1',
    [`${stage}.layers.{i}.pwconv2`]: 'stages.{s}.blocks.{i}.mlp.fc2',
    [`${stage}.layers.{i}.layer_scale_parameter`]: 'stages.{s}.blocks.{i}.gamma',
    layernorm: 'head.norm',
    classifier: 'head.fc',
  },
  joined: {},
  dropped: [],
  expected: { hidden_act: 'gelu', num_channels: 3 },
} satisfies TransformersNames;
