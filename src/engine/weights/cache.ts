/** Weights kept by the browser, so that a model fetched once opens without a connection. */

export interface CachedModel {
  /** SHA-256 of the weights, hex. */
  readonly hash: string;
  readonly weights: Uint8Array<ArrayBuffer>;
  /** The texts of config.json and, where there is one, preprocessor_config.json. */
  readonly configTexts: readonly string[];
}

export interface WeightsCache {
  /** The model kept of a repository; with `hash`, only if it is that very file. */
  find(repository: string, hash: string | null): Promise<CachedModel | null>;
  /** Keeps a model in place of what was kept of its repository. @throws where it cannot be kept. */
  store(repository: string, model: CachedModel): Promise<void>;
}

const CACHE_NAME = 'san-studio-weights';

/** The browser's Cache API; null where it offers none (a page that is not on https or localhost). */
export function browserCache(): WeightsCache | null {
  return typeof caches === 'undefined' ? null : { find, store };
}

// Keys only look like addresses; nothing is ever served from them.
const folderOf = (repository: string) => `/cached-weights/${repository}/`;
const weightsKey = (folder: string, hash: string) => `${folder}${hash}/model.safetensors`;
/** The files beside the weights, in their order. */
const configKeys = (folder: string, hash: string) =>
  ['config.json', 'preprocessor_config.json'].map((name) => `${folder}${hash}/${name}`);

async function find(repository: string, hash: string | null): Promise<CachedModel | null> {
  const cache = await caches.open(CACHE_NAME);
  const folder = folderOf(repository);
  const found = hash ?? (await keptHash(cache, folder));
  const weights = found && (await cache.match(weightsKey(folder, found)));
  if (!weights) return null;
  const configs = await Promise.all(configKeys(folder, found).map((key) => cache.match(key)));
  return {
    hash: found,
    weights: new Uint8Array(await weights.arrayBuffer()),
    configTexts: await Promise.all(
      configs.filter((response) => response !== undefined).map((response) => response.text()),
    ),
  };
}

async function keptHash(cache: Cache, folder: string): Promise<string | null> {
  for (const { url } of await cache.keys()) {
    const [, hash, file] = new URL(url).pathname.split(folder)[1]?.match(/^(.+)\/(.+)$/) ?? [];
    if (hash && file === 'model.safetensors') return hash;
  }
  return null;
}

async function store(repository: string, model: CachedModel): Promise<void> {
  const cache = await caches.open(CACHE_NAME);
  const folder = folderOf(repository);
  for (const request of await cache.keys()) {
    if (new URL(request.url).pathname.startsWith(folder)) await cache.delete(request);
  }
  // The weights come last: where they are, the model is whole.
  for (const [i, key] of configKeys(folder, model.hash).entries()) {
    const text = model.configTexts[i];
    if (text !== undefined) await cache.put(key, new Response(text));
  }
  await cache.put(weightsKey(folder, model.hash), new Response(model.weights));
}
