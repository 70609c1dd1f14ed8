/** The scripts of an exported bundle that go on in PyTorch: kept as Python beside this file, read when they are asked for. */
import { lastBlocksOf } from '../peft/last-blocks.ts';
import type { TrainedModel } from './contract.ts';

const scripts = import.meta.glob<string>('./eject/*.{py,txt}', {
  query: '?raw',
  import: 'default',
});

/**
 * Whether the scripts can repeat this model's run: it is known, and so are its images; its method
 * folds into the weights and acts on all blocks; and its backbone's file has timm's names.
 */
export function canEject(model: TrainedModel): boolean {
  const { merged, record, split, backbone, methodOptions } = model;
  const isWhole = merged !== null && lastBlocksOf(methodOptions) === 0;
  return isWhole && record !== null && split !== null && backbone.naming === 'timm';
}

/** File name → its text. */
export async function ejectScripts(): Promise<ReadonlyMap<string, string>> {
  const read = Object.entries(scripts).map(async ([path, load]) => {
    return [path.replace('./eject/', ''), await load()] as const;
  });
  return new Map(await Promise.all(read));
}
