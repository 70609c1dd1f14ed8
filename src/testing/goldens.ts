import { parseSafetensors, type StateDict } from '../lib/safetensors.ts';
import { parseGolden, type Golden } from '../engine/goldens.ts';

const files = import.meta.glob<string>('./goldens/*/*', {
  query: '?url',
  import: 'default',
  eager: true,
});

async function bytesOf(path: string): Promise<ArrayBuffer> {
  const url = files[path];
  if (!url) throw new Error(`There is no golden file ${path}.`);
  return (await fetch(url)).arrayBuffer();
}

const NOT_METHODS = ['io', 'model'];

/** Every [golden, method] that is kept in the repository. */
export const keptGoldens: readonly (readonly [string, string])[] = Object.keys(files).flatMap(
  (path) => {
    const [, golden, method] = /goldens\/([^/]+)\/(.+)\.safetensors$/.exec(path) ?? [];
    return golden && method && !NOT_METHODS.includes(method) ? [[golden, method] as const] : [];
  },
);

export interface LoadedGolden {
  readonly golden: Golden;
  reference(method: string): Promise<StateDict>;
}

/** A reference training kept in the repository. */
export async function loadGolden(name: string): Promise<LoadedGolden> {
  const tensors = async (file: string): Promise<StateDict> =>
    parseSafetensors(await bytesOf(`./goldens/${name}/${file}`)).tensors;
  const io = await tensors('io.safetensors');
  const model = await tensors('model.safetensors');
  const manifest = new TextDecoder().decode(await bytesOf(`./goldens/${name}/manifest.json`));
  return {
    golden: parseGolden(manifest, (file) => (file === 'io.safetensors' ? io : model)),
    reference: (method) => tensors(`${method}.safetensors`),
  };
}
