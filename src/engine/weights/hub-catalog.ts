/**
 * Models of the Hugging Face Hub that are known to work here. Licences, input sizes and training
 * data are those of timm's source (default_cfgs) and of the cards on the Hub; parameters are
 * counted with the classifier each comes with; activations of convolutional networks are those of
 * timm's results/benchmark-infer-*.csv, and of transformers the same count without attention scores.
 */
import type { HubCard } from '../../protocol.ts';

/** The Hub keeps these weights in single precision. */
const BYTES_PER_PARAMETER = 4;

type Entry = Omit<HubCard, 'name' | 'bytes' | 'licence' | 'imageSize'> & {
  /** 224 where it is not stated. */
  readonly imageSize?: number;
  /** Apache-2.0 where it is not stated. */
  readonly licence?: string;
};

const transformers: readonly Entry[] = [
  {
    repository: 'timm/vit_tiny_patch16_224.augreg_in21k_ft_in1k',
    label: 'ViT-Tiny/16',
    family: 'vit',
    parameters: 5_717_416,
    activations: 4_122_624,
    pretraining: 'ImageNet-21k, then ImageNet-1k',
    summary: 'Small transformer. A good first choice.',
  },
  {
    repository: 'timm/vit_small_patch16_224.augreg_in21k_ft_in1k',
    label: 'ViT-Small/16',
    family: 'vit',
    parameters: 22_050_664,
    activations: 8_245_248,
    pretraining: 'ImageNet-21k, then ImageNet-1k',
    summary: 'Transformer of medium size.',
  },
  {
    repository: 'timm/vit_base_patch16_224.augreg_in21k',
    label: 'ViT-Base/16',
    family: 'vit',
    parameters: 102_595_923,
    activations: 16_490_496,
    pretraining: 'ImageNet-21k, 21,843 classes',
    summary: 'Large transformer, the one of the paper on SAN. Wants a real GPU.',
  },
  {
    repository: 'timm/deit_tiny_patch16_224.fb_in1k',
    label: 'DeiT-Tiny/16',
    family: 'vit',
    parameters: 5_717_416,
    activations: 4_122_624,
    pretraining: 'ImageNet-1k',
    summary: 'Small transformer, trained with fewer images than the others.',
  },
  {
    repository: 'timm/deit_tiny_distilled_patch16_224.fb_in1k',
    label: 'DeiT-Tiny/16, distilled',
    family: 'vit',
    parameters: 5_910_800,
    activations: 4_143_360,
    pretraining: 'ImageNet-1k, with a convolutional network as its teacher',
    summary: 'Small transformer with a second token that learned from the teacher.',
  },
  {
    repository: 'timm/deit_small_patch16_224.fb_in1k',
    label: 'DeiT-Small/16',
    family: 'vit',
    parameters: 22_050_664,
    activations: 8_245_248,
    pretraining: 'ImageNet-1k',
    summary: 'Transformer of medium size.',
  },
  {
    repository: 'timm/vit_base_patch16_clip_224.laion2b_ft_in12k_in1k',
    label: 'CLIP ViT-Base/16',
    family: 'vit',
    parameters: 86_568_424,
    activations: 16_490_496,
    pretraining: 'LAION-2B images with their captions, then ImageNet-12k and ImageNet-1k',
    summary: 'The image side of a CLIP model. Wants a real GPU.',
  },
  {
    repository: 'facebook/dinov2-small',
    label: 'DINOv2 Small/14 · 224 px',
    family: 'vit',
    parameters: 22_056_192,
    activations: 10_756_608,
    pretraining: 'LVD-142M, without labels',
    summary:
      'Features that suit many tasks unchanged; at 224 px with a fifth of the patches of 518 px.',
  },
  {
    repository: 'facebook/dinov2-base',
    label: 'DINOv2 Base/14 · 224 px',
    family: 'vit',
    parameters: 86_579_712,
    activations: 21_513_216,
    pretraining: 'LVD-142M, without labels',
    summary: 'The larger one of its kind. Wants a real GPU.',
  },
  {
    repository: 'timm/vit_small_patch14_dinov2.lvd142m',
    label: 'DINOv2 Small/14 · 518 px',
    family: 'vit',
    parameters: 22_056_192,
    activations: 57_342_336,
    imageSize: 518,
    pretraining: 'LVD-142M, without labels',
    summary: 'Sees fine detail: 1,369 patches an image, and needs the memory for them.',
  },
  {
    repository: 'timm/vit_small_patch14_reg4_dinov2.lvd142m',
    label: 'DINOv2 Small/14, registers · 518 px',
    family: 'vit',
    parameters: 22_057_344,
    activations: 57_508_224,
    imageSize: 518,
    pretraining: 'LVD-142M, without labels',
    summary: 'Four more tokens keep its features clean of artefacts.',
  },
  {
    repository: 'timm/vit_base_patch14_dinov2.lvd142m',
    label: 'DINOv2 Base/14 · 518 px',
    family: 'vit',
    parameters: 86_579_712,
    activations: 114_684_672,
    imageSize: 518,
    pretraining: 'LVD-142M, without labels',
    summary: 'The largest one here.',
  },
  {
    repository: 'timm/swin_tiny_patch4_window7_224.ms_in1k',
    label: 'Swin-Tiny',
    family: 'swin',
    parameters: 28_288_354,
    activations: 13_434_624,
    licence: 'MIT',
    pretraining: 'ImageNet-1k',
    summary: 'Transformer that looks through small windows first.',
  },
  {
    repository: 'timm/swin_tiny_patch4_window7_224.ms_in22k_ft_in1k',
    label: 'Swin-Tiny, more images',
    family: 'swin',
    parameters: 28_288_354,
    activations: 13_434_624,
    licence: 'MIT',
    pretraining: 'ImageNet-22k, then ImageNet-1k',
    summary: 'Transformer that looks through small windows first.',
  },
];

const convolutional: readonly Entry[] = [
  {
    repository: 'timm/convnext_atto.d2_in1k',
    label: 'ConvNeXt-Atto',
    family: 'convnext',
    parameters: 3_695_520,
    activations: 3_810_000,
    pretraining: 'ImageNet-1k',
    summary: 'Modern convolutional network, the smallest of its kind.',
  },
  {
    repository: 'timm/convnext_pico.d1_in1k',
    label: 'ConvNeXt-Pico',
    family: 'convnext',
    parameters: 9_045_672,
    activations: 6_100_000,
    pretraining: 'ImageNet-1k',
    summary: 'Small modern convolutional network.',
  },
  {
    repository: 'timm/convnext_nano.in12k_ft_in1k',
    label: 'ConvNeXt-Nano',
    family: 'convnext',
    parameters: 15_593_560,
    activations: 8_370_000,
    pretraining: 'ImageNet-12k, then ImageNet-1k',
    summary: 'Modern convolutional network of medium size.',
  },
  {
    repository: 'timm/convnext_tiny.fb_in22k_ft_in1k',
    label: 'ConvNeXt-Tiny',
    family: 'convnext',
    parameters: 28_589_128,
    activations: 13_440_000,
    pretraining: 'ImageNet-22k, then ImageNet-1k',
    summary: 'Modern convolutional network, as its authors trained it.',
  },
  {
    repository: 'timm/resnet18.a1_in1k',
    label: 'ResNet-18',
    family: 'resnet',
    parameters: 11_689_512,
    activations: 2_480_000,
    pretraining: 'ImageNet-1k',
    summary: 'Small convolutional network.',
  },
  {
    repository: 'timm/resnet18d.ra2_in1k',
    label: 'ResNet-18-D',
    family: 'resnet',
    parameters: 11_708_744,
    activations: 3_290_000,
    pretraining: 'ImageNet-1k',
    summary: 'ResNet-18 with a deeper beginning and gentler shortcuts.',
  },
  {
    repository: 'timm/resnet34.a1_in1k',
    label: 'ResNet-34',
    family: 'resnet',
    parameters: 21_797_672,
    activations: 3_740_000,
    pretraining: 'ImageNet-1k',
    summary: 'Convolutional network of medium size.',
  },
  {
    repository: 'timm/resnet50.a1_in1k',
    label: 'ResNet-50',
    family: 'resnet',
    parameters: 25_557_032,
    activations: 11_110_000,
    pretraining: 'ImageNet-1k',
    summary: 'Deep convolutional network with bottleneck blocks.',
  },
  {
    repository: 'timm/resnet50d.ra2_in1k',
    label: 'ResNet-50-D',
    family: 'resnet',
    parameters: 25_576_264,
    activations: 11_920_000,
    pretraining: 'ImageNet-1k',
    summary: 'ResNet-50 with a deeper beginning and gentler shortcuts.',
  },
];

/** `bytes` is the download's approximate size: parameters alone, without names and statistics. */
export function hubModels(): readonly HubCard[] {
  return [...transformers, ...convolutional].map((entry) => ({
    imageSize: 224,
    licence: 'Apache-2.0',
    ...entry,
    name: entry.repository,
    bytes: entry.parameters * BYTES_PER_PARAMETER,
  }));
}
