/** The scripts of an exported bundle that go on in PyTorch: kept as Python beside this file, read when they are asked for. */
import type { ModelFacts } from './contract.ts';

const scripts = import.meta.glob<string>('./eject/*.{py,txt}', {
  query: '?raw',
  import: 'default',
});

/** Whether the scripts can repeat this model's run. */
export function canEject(model: ModelFacts): boolean {
  return model.record !== null && model.split !== null && whyNoScripts(model) === null;
}

/** Why the scripts cannot repeat a run of this kind, as the end of a sentence; null where they can. */
export function whyNoScripts({ foldsAway, backbone }: ModelFacts): string | null {
  if (!foldsAway) return 'the method does not fold into the weights';
  if (backbone.naming === 'timm') return null;
  return 'the backbone’s file carries the tensor names of Hugging Face Transformers';
}

/** File name → its text. */
export async function ejectScripts(): Promise<ReadonlyMap<string, string>> {
  const read = Object.entries(scripts).map(async ([path, load]) => {
    return [path.replace('./eject/', ''), await load()] as const;
  });
  return new Map(await Promise.all(read));
}
