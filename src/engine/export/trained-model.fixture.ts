import { streamOf } from '../../lib/safetensors-stream.ts';
import type { StateDict, TensorData } from '../../lib/safetensors.ts';
import type { TrainedModel } from './contract.ts';

function filled(shape: readonly number[], start: number): TensorData {
  const size = shape.reduce((product, side) => product * side, 1);
  return { shape, data: Float32Array.from({ length: size }, (_, i) => Math.sin(start + i)) };
}

/** Its merged weights. */
export const mergedState: StateDict = new Map([
  ['conv1.weight', filled([64, 3, 7, 7], 3)],
  ['fc.weight', filled([3, 256], 1)],
  ['fc.bias', filled([3], 2)],
]);

/** A small trained model for tests: a ResNet in name, a few tensors in fact. */
export const trainedModel: TrainedModel = {
  method: 'san',
  methodOptions: { propagation: 'reference', shift: false, rank: 4 },
  foldsAway: true,
  hasTransformersClass: false,
  backbone: {
    name: 'resnet10_128',
    label: 'ResNet-10 · 128 px',
    family: 'resnet',
    parameters: 1_576_800,
    preprocessing: {
      size: 128,
      mean: [0.485, 0.456, 0.406],
      std: [0.229, 0.224, 0.225],
      interpolation: 'bicubic',
      cropShare: 1,
      cropMode: 'squash',
    },
    hash: 'ab'.repeat(32),
    origin: { kind: 'bundled', name: 'resnet10_128' },
    naming: 'timm',
    notes: [],
    classes: null,
    refusals: {},
    cached: false,
  },
  backboneConfig: null,
  architecture: 'resnet18',
  modelArgs: { layers: [1, 1, 1, 1], channels: [48, 96, 160, 256], zero_init_last: false },
  heads: ['fc'],
  firstConv: 'conv1',
  numFeatures: 256,
  classes: ['clean', 'scratch', 'größer "x"'],
  tensors: new Map([
    ['scale.conv1', filled([64], 0.5)],
    ['fc.weight', filled([3, 256], 1)],
    ['fc.bias', filled([3], 2)],
  ]),
  merged: streamOf(mergedState),
  record: {
    date: '2026-01-02T03:04:05.000Z',
    versions: { 'san-studio': '0.1.0', tensorflow: '4.22.0' },
    device: {
      backend: 'wasm',
      adapter: 'WebAssembly, 2 threads',
      software: false,
      f16: false,
      subgroups: false,
      threads: 2,
      memory: { largestTensor: 2 ** 32, allTensors: 2 ** 32, system: null },
      fallbackReason: null,
    },
    backbone: {
      name: 'resnet10_128',
      label: 'ResNet-10 · 128 px',
      family: 'resnet',
      origin: { kind: 'bundled', name: 'resnet10_128' },
      hash: 'ab'.repeat(32),
    },
    method: 'san',
    methodOptions: { propagation: 'reference' },
    training: { epochs: 2, batch: 32 },
    seed: 7,
    classes: [
      { name: 'clean', trainImages: 20, validationImages: 5 },
      { name: 'scratch', trainImages: 20, validationImages: 5 },
      { name: 'größer "x"', trainImages: 20, validationImages: 5 },
    ],
    trainableParameters: 4_000,
    totalParameters: 1_576_800,
    steps: [{ step: 1, loss: 1.1, accuracy: 0.3, learningRate: 0.001, gradientNorm: 2 }],
    epochs: [],
    end: 'completed',
    bestEpoch: 2,
    bestValidationAccuracy: 0.8,
    modes: null,
    evaluation: {
      mode: 'both',
      strength: 1,
      images: 15,
      loss: 0.5,
      accuracy: 0.8,
      confusion: [
        [4, 1, 0],
        [0, 5, 0],
        [1, 1, 3],
      ],
    },
    seconds: 12,
    imagesPerSecond: 40,
  },
  split: {
    train: [
      { path: 'parts/clean/1.png', class: 'clean', sha256: 'cd'.repeat(32) },
      { path: 'parts/scratch/1.png', class: 'scratch', sha256: null },
    ],
    validation: [{ path: 'parts/größer "x"/1.png', class: 'größer "x"', sha256: null }],
  },
};
