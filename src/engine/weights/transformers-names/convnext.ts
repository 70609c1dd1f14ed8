/**
 * ConvNeXt, its first version.
 * Source: transformers/models/convnext/modeling_convnext.py, convert_convnext_to_pytorch.py;
 * timm/models/convnext.py (checkpoint_filter_fn).
 */
import type { TensorData } from '../../../lib/safetensors.ts';
import type { TimmNetwork, Told, TransformersNames } from './contract.ts';
import { count, sideOf, upTo } from './tensors.ts';

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
  tell,
} satisfies TransformersNames;

/** Transformers' kernels are of one size, and every stage but the first one starts smaller. */
function tell({ tensors, imageSize, normEpsilon }: TimmNetwork): Told | null {
  const stages = upTo(4).map((s) => `stages.${s}`);
  const depths = stages.map((name) => count(tensors, `${name}.blocks.{i}.conv_dw.weight`));
  const fits = stages.every(
    (name, s) =>
      sideOf(tensors, `${name}.blocks.0.conv_dw.weight`, 2) === 7 &&
      sideOf(tensors, `${name}.downsample.1.weight`, 2) === (s > 0 ? 2 : 0),
  );
  if (!tensors.has('stem.0.weight') || !fits) return null;
  return {
    modelType: 'convnext',
    architecture: 'ConvNextForImageClassification',
    prefix: 'convnext.',
    heads: { classifier: 'head.fc' },
    config: {
      num_stages: 4,
      hidden_sizes: stages.map((name) => sideOf(tensors, `${name}.blocks.0.norm.weight`, 0)),
      depths,
      patch_size: sideOf(tensors, 'stem.0.weight', 2),
      image_size: imageSize,
      layer_norm_eps: normEpsilon,
      layer_scale_init_value: tensors.has('stages.0.blocks.0.gamma') ? 1e-6 : 0,
      drop_path_rate: 0,
    },
    tensors: new Map([...tensors].map(([name, tensor]) => [name, withoutKernel(name, tensor)])),
  };
}

/** The small ones keep their MLP's weights as 1×1 kernels. */
function withoutKernel(name: string, tensor: TensorData): TensorData {
  if (!/\.mlp\.fc\d\.weight$/.test(name)) return tensor;
  return {
    shape: tensor.shape.slice(0, 2),
    get data() {
      return tensor.data;
    },
  };
}
