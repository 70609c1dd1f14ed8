import { parseSafetensors, type StateDict } from '../lib/safetensors.ts';
import { parseGolden, type Golden } from '../engine/goldens.ts';

const files = import.meta.glob<string>('./goldens/*/*', {
  query: '?url',
  import: 'default',
  eager: true,
});

/** The bytes of one file of a golden, e.g. "vit-micro" and "model.safetensors". */
export async function fileOfGolden(golden: string, file: string): Promise<ArrayBuffer> {
  const url = files[`./goldens/${golden}/${file}`];
  if (!url) throw new Error(`There is no file "${file}" of a golden "${golden}".`);
  if (typeof window !== 'undefined') return (await fetch(url)).arrayBuffer();
  const { readFile } = await import('node:fs/promises');
  const bytes = await readFile(new URL(`./goldens/${golden}/${file}`, import.meta.url));
  return Uint8Array.from(bytes).buffer;
}

const NOT_METHODS = ['io', 'model'];

/** Every [golden, method] that is kept in the repository. */
export const keptGoldens: readonly (readonly [string, string])[] = Object.keys(files).flatMap(
  (path) => {
    const [, golden, method] = /goldens\/([^/]+)\/(.+)\.safetensors$/.exec(path) ?? [];
    return golden && method && !NOT_METHODS.includes(method) ? [[golden, method] as const] : [];
  },
);

/** Every golden that is kept in the repository. */
export const goldenNames: readonly string[] = [...new Set(keptGoldens.map(([name]) => name))];

export interface LoadedGolden {
  readonly golden: Golden;
  reference(method: string): Promise<StateDict>;
}

/** A reference training kept in the repository. */
export async function loadGolden(name: string): Promise<LoadedGolden> {
  const tensors = async (file: string): Promise<StateDict> =>
    parseSafetensors(await fileOfGolden(name, file)).tensors;
  const io = await tensors('io.safetensors');
  const model = await tensors('model.safetensors');
  const manifest = new TextDecoder().decode(await fileOfGolden(name, 'manifest.json'));
  return {
    golden: parseGolden(manifest, (file) => (file === 'io.safetensors' ? io : model)),
    reference: (method) => tensors(`${method}.safetensors`),
  };
}
