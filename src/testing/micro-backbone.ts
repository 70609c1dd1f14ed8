import { loadBackbone, type LoadedBackbone } from '../engine/loaded-backbone.ts';
import { fileOfGolden, goldenNames, loadGolden } from './goldens.ts';

/** One for every golden: all families, and those of them that are built otherwise. */
export const microNames = goldenNames;

/** A golden's network, small enough to train in a moment, opened as a person's file would be. */
export async function microBackbone(name: string): Promise<LoadedBackbone> {
  const weights = new Blob([await fileOfGolden(name, 'model.safetensors')]);
  const { imageSize: size, modelArgs } = (await loadGolden(name)).golden;
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
