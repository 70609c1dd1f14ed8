import type { BackboneInfo, Catalog, Field, ModelCard } from '../protocol.ts';
import { fakeMethods } from './fake-methods.ts';

const epochs: Field = {
  kind: 'number',
  name: 'epochs',
  label: 'Epochs',
  help: 'How often the model sees every training image.',
  advanced: false,
  default: 20,
  min: 1,
  max: 300,
  integer: true,
  scale: 'log',
  unit: null,
};

const learningRate: Field = {
  kind: 'number',
  name: 'learningRate',
  label: 'Learning rate',
  help: 'How large each correction is. Too large forgets, too small never arrives.',
  advanced: false,
  default: 0.005,
  min: 0.00001,
  max: 0.1,
  integer: false,
  scale: 'log',
  unit: null,
};

const batch: Field = {
  kind: 'number',
  name: 'batch',
  label: 'Batch',
  help: 'Images the model looks at before each correction.',
  advanced: false,
  default: 32,
  min: 2,
  max: 256,
  integer: true,
  scale: 'log',
  unit: 'images',
};

const augmentation: Field = {
  kind: 'choice',
  name: 'augmentation',
  label: 'Augmentation',
  help: 'Shows each image a little different every time, so that few images go further.',
  advanced: false,
  default: 'light',
  options: [
    { value: 'off', label: 'Off', help: 'Images as they are.' },
    { value: 'light', label: 'Light', help: 'Random crops and mirror images.' },
    { value: 'strong', label: 'Strong', help: 'Harder crops and changes of colour.' },
  ],
};

const share: Field = {
  kind: 'number',
  name: 'validationShare',
  label: 'Validation share',
  help: 'The part of every class kept aside to judge the model honestly.',
  advanced: true,
  default: 0.2,
  min: 0.05,
  max: 0.5,
  integer: false,
  scale: 'linear',
  unit: null,
};

const seed: Field = {
  kind: 'number',
  name: 'seed',
  label: 'Seed',
  help: 'Start of all random choices.',
  advanced: true,
  default: 1,
  min: 0,
  max: 1000,
  integer: true,
  scale: 'linear',
  unit: null,
};

const earlyStopping: Field = {
  kind: 'switch',
  name: 'earlyStopping',
  label: 'Stop when it no longer improves',
  help: 'Ends the run once validation accuracy has stood still for a while.',
  advanced: true,
  default: false,
};

const bundled: ModelCard[] = [
  {
    name: 'vit_tiny6_patch16_128',
    label: 'ViT-Tiny/16, 6 blocks',
    family: 'vit',
    parameters: 2_829_888,
    bytes: 5_700_000,
    imageSize: 128,
    summary: 'A small transformer, quick on any device and good with textures.',
    pretraining: 'A larger network (itself from ImageNet-1k)',
    licence: 'Apache-2.0',
    activations: 686_208,
  },
  {
    name: 'resnet10_128',
    label: 'ResNet-10',
    family: 'resnet',
    parameters: 1_576_800,
    bytes: 3_200_000,
    imageSize: 128,
    summary: 'A small convolutional network, the lightest choice.',
    pretraining: 'A larger network (itself from ImageNet-1k)',
    licence: 'Apache-2.0',
    activations: 526_336,
  },
];

export const fakeCatalog: Catalog = {
  methods: fakeMethods,
  training: [epochs, learningRate, batch, augmentation, share, seed, earlyStopping],
  bundled,
  hub: [
    {
      name: 'vit_base_patch16_224.augreg_in21k',
      label: 'ViT-Base/16',
      repository: 'timm/vit_base_patch16_224.augreg_in21k',
      family: 'vit',
      parameters: 85_798_656,
      bytes: 343_000_000,
      imageSize: 224,
      summary: 'The transformer of the SAN paper. Wants a real GPU.',
      pretraining: 'ImageNet-21k',
      licence: 'Apache-2.0',
      activations: 16_490_496,
    },
    {
      name: 'resnet18.a1_in1k',
      label: 'ResNet-18',
      repository: 'timm/resnet18.a1_in1k',
      family: 'resnet',
      parameters: 11_176_512,
      bytes: 46_800_000,
      imageSize: 224,
      summary: 'A solid small convolutional network.',
      pretraining: 'ImageNet-1k',
      licence: 'Apache-2.0',
      activations: 2_480_000,
    },
  ],
  demos: [
    {
      name: 'surface',
      label: 'Surface inspection',
      summary: 'Find scratches, pits, cracks and stains on metal.',
      classes: ['clean', 'scratch', 'pit', 'crack', 'stain'],
      imagesPerClass: 40,
      training: { validationShare: 0.25 },
    },
    {
      name: 'leaves',
      label: 'Leaf shapes',
      summary: 'Tell leaves apart by their outline.',
      classes: ['oak', 'beech', 'birch', 'maple'],
      imagesPerClass: 40,
      training: {},
    },
    {
      name: 'fabric',
      label: 'Woven fabrics',
      summary: 'Tell weaves apart.',
      classes: ['plain', 'twill', 'satin'],
      imagesPerClass: 40,
      training: {},
    },
  ],
};

export function fakeBackbone(name: string): BackboneInfo {
  const card = [...bundled, ...fakeCatalog.hub].find((entry) => entry.name === name);
  return {
    name,
    label: card?.label ?? name,
    family: card?.family ?? 'vit',
    parameters: card?.parameters ?? 5_524_416,
    preprocessing: {
      size: card?.imageSize ?? 224,
      mean: [0.485, 0.456, 0.406],
      std: [0.229, 0.224, 0.225],
      interpolation: 'bicubic',
      cropShare: 0.9,
      cropMode: 'center',
    },
    hash: 'a'.repeat(64),
    origin: { kind: 'bundled', name },
    naming: 'timm',
    notes: [],
    classes: null,
    refusals:
      card?.family === 'resnet'
        ? { vpt: 'Prompts need a network of tokens; this one is made of convolutions.' }
        : {},
    cached: false,
  };
}
