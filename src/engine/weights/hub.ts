/** Models from the Hugging Face Hub, kept by the browser once they have been fetched. */
import { sha256 } from '../../lib/sha256.ts';
import { EngineError } from '../errors.ts';
import { browserCache, type CachedModel, type WeightsCache } from './cache.ts';
import type { OpenedWeights, OpenHooks } from './contract.ts';
import { download, type Fetch } from './download.ts';
import { checkRepositoryName, HUB_URL, hubModel, type HubModel } from './hub-info.ts';
import { checkWeightsSize, readWeights } from './weights-file.ts';

/** How the Hub is reached, and where its models are kept; null keeps nothing. */
export interface HubAccess {
  readonly fetch: Fetch;
  readonly cache: WeightsCache | null;
}

/** The Hub need not know which page asks. */
const fetchUnnamed: Fetch = (url, init) => fetch(url, { ...init, referrerPolicy: 'no-referrer' });

/**
 * Opens a repository's model.safetensors. Asks the Hub which version is current, then takes that
 * from the cache or fetches it, checks its length and SHA-256, and keeps it. Without a connection
 * the version kept last is opened.
 * @throws EngineError with a sentence; what was kept before stays kept.
 */
export async function openHub(
  repository: string,
  hooks: OpenHooks,
  access: HubAccess = { fetch: fetchUnnamed, cache: browserCache() },
): Promise<OpenedWeights> {
  checkRepositoryName(repository);
  hooks.onProgress(0, 0, `Asking the Hugging Face Hub for ${repository}`);
  const current = await currentModel(repository, hooks, access);
  if ('weights' in current) return read(repository, current, true);
  const kept = current.weightsHash && (await findKept(access, repository, current.weightsHash));
  if (kept) return read(repository, kept, true);
  const fetched = await fetchModel(repository, current, hooks, access);
  const opened = read(repository, fetched, false);
  await keep(repository, fetched, hooks, access);
  return opened;
}

/** What the Hub says of the repository, or, where it cannot be asked, what was kept of it. */
async function currentModel(
  repository: string,
  hooks: OpenHooks,
  access: HubAccess,
): Promise<HubModel | CachedModel> {
  try {
    return await hubModel(repository, access.fetch, hooks.signal);
  } catch (error) {
    const unreachable = error instanceof EngineError && error.code === 'network';
    const kept = unreachable ? await findKept(access, repository, null) : null;
    if (kept) return kept;
    throw error;
  }
}

/** A kept model whose bytes still are what they were; a cache that fails is as good as none. */
async function findKept(
  access: HubAccess,
  repository: string,
  hash: string | null,
): Promise<CachedModel | null> {
  const kept = await access.cache?.find(repository, hash).catch(() => null);
  if (!kept) return null;
  return (await sha256(kept.weights)) === kept.hash ? kept : null;
}

async function fetchModel(
  repository: string,
  model: HubModel,
  hooks: OpenHooks,
  access: HubAccess,
): Promise<CachedModel> {
  checkWeightsSize(repository, model.weightsBytes);
  const folder = `${HUB_URL}/${repository}/resolve/${model.commit}`;
  const configTexts: string[] = [];
  for (const { name, bytes } of model.configs) {
    const file = { label: `${name} of ${repository}`, url: `${folder}/${name}`, bytes };
    configTexts.push(new TextDecoder().decode(await download(file, access.fetch, hooks)));
  }
  const url = `${folder}/model.safetensors`;
  const file = { label: repository, url, bytes: model.weightsBytes };
  const weights = await download(file, access.fetch, hooks);
  const hash = await sha256(weights);
  if (model.weightsHash !== null && hash !== model.weightsHash) {
    throw new EngineError(
      'network',
      `The weights of "${repository}" should have the SHA-256 ${model.weightsHash}; what arrived has ${hash}. Nothing was kept; try again.`,
    );
  }
  return { hash, weights, configTexts };
}

/** Keeps a model for later; where there is no room it is still open now, and a note says so. */
async function keep(
  repository: string,
  model: CachedModel,
  hooks: OpenHooks,
  access: HubAccess,
): Promise<void> {
  try {
    await access.cache?.store(repository, model);
  } catch (error) {
    const full = error instanceof DOMException && error.name === 'QuotaExceededError';
    const reason = full ? "the browser's storage is full" : String(error);
    const bytes = model.weights.length;
    hooks.onProgress(
      bytes,
      bytes,
      `${repository} is open, but could not be kept for use without a connection: ${reason}.`,
    );
  }
}

function read(repository: string, model: CachedModel, cached: boolean): OpenedWeights {
  return readWeights(model.weights, model.configTexts, {
    name: repository,
    origin: { kind: 'hub', repository },
    hash: model.hash,
    cached,
  });
}
