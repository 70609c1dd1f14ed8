import { loadBackbone, type LoadedBackbone } from '../engine/loaded-backbone.ts';
import convnext from './goldens/convnext-micro/model.safetensors?url';
import vit from './goldens/vit-micro/model.safetensors?url';
import resnet from './goldens/resnet-micro-bottleneck/model.safetensors?url';

const files = {
  'vit-micro': { url: vit, size: 32, modelArgs: { img_size: 32, num_heads: 3 } },
  'resnet-micro': { url: resnet, size: 48, modelArgs: {} },
  'convnext-micro': { url: convnext, size: 64, modelArgs: {} },
};

export type MicroName = keyof typeof files;
export const microNames: readonly MicroName[] = ['vit-micro', 'resnet-micro', 'convnext-micro'];

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
