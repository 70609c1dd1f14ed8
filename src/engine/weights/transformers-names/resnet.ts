/**
 * ResNet of basic and bottleneck blocks.
 * Source: transformers/models/resnet/modeling_resnet.py, convert_resnet_to_pytorch.py.
 */
import type { TimmNetwork, Told, TransformersNames } from './contract.ts';
import { count, sideOf, upTo } from './tensors.ts';

const block = 'encoder.stages.{s}.layers.{i}';

export const names = {
  name: 'resnet',
  prefixes: ['resnet.'],
  mark: 'embedder.embedder.convolution.weight',
  renamed: {
    'embedder.embedder.convolution': 'conv1',
    'embedder.embedder.normalization': 'bn1',
    [`${block}.layer.{j}.convolution`]: 'layer{s+1}.{i}.conv{j+1}',
    [`${block}.layer.{j}.normalization`]: 'layer{s+1}.{i}.bn{j+1}',
    [`${block}.shortcut.convolution`]: 'layer{s+1}.{i}.downsample.0',
    [`${block}.shortcut.normalization`]: 'layer{s+1}.{i}.downsample.1',
    'classifier.1': 'fc',
  },
  joined: {},
  dropped: [
    'embedder.embedder.normalization.num_batches_tracked',
    `${block}.layer.{j}.normalization.num_batches_tracked`,
    `${block}.shortcut.normalization.num_batches_tracked`,
  ],
  expected: {
    hidden_act: 'relu',
    downsample_in_first_stage: false,
    downsample_in_bottleneck: false,
    num_channels: 3,
  },
  tell,
} satisfies TransformersNames;

/** A stem of one convolution, shortcuts that do not pool, and bottlenecks of a quarter's width. */
function tell({ tensors }: TimmNetwork): Told | null {
  const stages = upTo(4).map((s) => `layer${s + 1}`);
  const bottleneck = tensors.has('layer1.0.conv3.weight');
  const last = bottleneck ? 'conv3' : 'conv2';
  const widths = stages.map((name) => sideOf(tensors, `${name}.0.${last}.weight`, 0));
  const inner = stages.map((name) => sideOf(tensors, `${name}.0.conv1.weight`, 0));
  const fits = widths.every((width, s) => inner[s] === (bottleneck ? width / 4 : width));
  const pools = stages.some((name) => tensors.has(`${name}.0.downsample.2.weight`));
  if (!tensors.has('conv1.weight') || !fits || pools) return null;
  return {
    modelType: 'resnet',
    architecture: 'ResNetForImageClassification',
    prefix: 'resnet.',
    heads: { 'classifier.1': 'fc' },
    config: {
      embedding_size: sideOf(tensors, 'conv1.weight', 0),
      hidden_sizes: widths,
      depths: stages.map((name) => count(tensors, `${name}.{i}.conv1.weight`)),
      layer_type: bottleneck ? 'bottleneck' : 'basic',
    },
  };
}
