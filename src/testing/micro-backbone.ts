import { loadBackbone, type LoadedBackbone } from '../engine/loaded-backbone.ts';
import convnext from './goldens/convnext-micro/model.safetensors?url';
import vit from './goldens/vit-micro/model.safetensors?url';
import swin from './goldens/swin-micro/model.safetensors?url';
import clip from './goldens/vit-micro-clip/model.safetensors?url';
import dinov2 from './goldens/vit-micro-dinov2/model.safetensors?url';
import distilled from './goldens/vit-micro-distilled/model.safetensors?url';
import resnet from './goldens/resnet-micro-bottleneck/model.safetensors?url';
import resnetd from './goldens/resnetd-micro/model.safetensors?url';

const files = {
  'vit-micro': { url: vit, size: 32, modelArgs: { img_size: 32, num_heads: 3 } },
  'resnet-micro': { url: resnet, size: 48, modelArgs: {} },
  'convnext-micro': { url: convnext, size: 64, modelArgs: {} },
  'swin-micro': { url: swin, size: 20, modelArgs: {} },
  'vit-micro-dinov2': { url: dinov2, size: 28, modelArgs: {} },
  'vit-micro-clip': { url: clip, size: 24, modelArgs: { act_layer: 'quick_gelu' } },
  'vit-micro-distilled': { url: distilled, size: 24, modelArgs: {} },
  'resnetd-micro': { url: resnetd, size: 40, modelArgs: {} },
};

export type MicroName = keyof typeof files;
export const microNames: readonly MicroName[] = [
  'vit-micro',
  'resnet-micro',
  'convnext-micro',
  'swin-micro',
];

/** Families built otherwise, of the same ops. */
export const variantNames: readonly MicroName[] = [
  'vit-micro-dinov2',
  'vit-micro-clip',
  'vit-micro-distilled',
  'resnetd-micro',
];

/** A backbone small enough to train in a moment, opened as a person's file would be. */
export async function microBackbone(name: MicroName): Promise<LoadedBackbone> {
  const { url, size, modelArgs } = files[name];
  const weights = await (await fetch(url)).blob();
  const config = { model_args: modelArgs, pretrained_cfg: { input_size: [3, size, size] } };
  return loadBackbone(
    {
      kind: 'file',
      name: `${name}.safetensors`,
      weights,
      config: new Blob([JSON.stringify(config)]),
    },
    { signal: new AbortController().signal, onProgress: () => undefined },
  );
}
