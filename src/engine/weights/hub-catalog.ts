/** Models of the Hugging Face Hub that are known to work here. */
import type { HubCard } from '../../protocol.ts';

/** The Hub keeps these weights in single precision. */
const BYTES_PER_PARAMETER = 4;

type Entry = Omit<HubCard, 'name' | 'bytes' | 'licence' | 'imageSize'>;

const entries: readonly Entry[] = [
  {
    repository: 'timm/vit_tiny_patch16_224.augreg_in21k_ft_in1k',
    label: 'ViT-Tiny/16',
    family: 'vit',
    parameters: 5_717_416,
    summary: 'Small transformer, trained on ImageNet-21k, then ImageNet-1k. A good first choice.',
  },
  {
    repository: 'timm/vit_small_patch16_224.augreg_in21k_ft_in1k',
    label: 'ViT-Small/16',
    family: 'vit',
    parameters: 22_050_664,
    summary: 'Transformer of medium size, trained on ImageNet-21k, then ImageNet-1k.',
  },
  {
    repository: 'timm/vit_base_patch16_224.augreg_in21k',
    label: 'ViT-Base/16',
    family: 'vit',
    parameters: 102_595_923,
    summary: 'Large transformer, trained on the 21,843 classes of ImageNet-21k. Wants a real GPU.',
  },
  {
    repository: 'timm/deit_tiny_patch16_224.fb_in1k',
    label: 'DeiT-Tiny/16',
    family: 'vit',
    parameters: 5_717_416,
    summary: 'Small transformer, trained on ImageNet-1k alone.',
  },
  {
    repository: 'timm/deit_small_patch16_224.fb_in1k',
    label: 'DeiT-Small/16',
    family: 'vit',
    parameters: 22_050_664,
    summary: 'Transformer of medium size, trained on ImageNet-1k alone.',
  },
  {
    repository: 'timm/resnet18.a1_in1k',
    label: 'ResNet-18',
    family: 'resnet',
    parameters: 11_689_512,
    summary: 'Small convolutional network, trained on ImageNet-1k.',
  },
  {
    repository: 'timm/resnet34.a1_in1k',
    label: 'ResNet-34',
    family: 'resnet',
    parameters: 21_797_672,
    summary: 'Convolutional network of medium size, trained on ImageNet-1k.',
  },
  {
    repository: 'timm/resnet50.a1_in1k',
    label: 'ResNet-50',
    family: 'resnet',
    parameters: 25_557_032,
    summary: 'Deep convolutional network with bottleneck blocks, trained on ImageNet-1k.',
  },
];

/** `bytes` is the download's approximate size: parameters alone, without names and statistics. */
export function hubModels(): readonly HubCard[] {
  return entries.map((entry) => ({
    ...entry,
    name: entry.repository,
    bytes: entry.parameters * BYTES_PER_PARAMETER,
    imageSize: 224,
    licence: 'Apache-2.0',
  }));
}
