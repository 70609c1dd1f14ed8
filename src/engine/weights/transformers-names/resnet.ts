/**
 * ResNet of basic and bottleneck blocks.
 * Source: transformers/models/resnet/modeling_resnet.py, convert_resnet_to_pytorch.py.
 */
import type { TransformersNames } from './contract.ts';

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
} satisfies TransformersNames;
