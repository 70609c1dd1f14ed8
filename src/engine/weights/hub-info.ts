/**
 * What the Hugging Face Hub says of a model repository, before anything large is fetched.
 * Source: GET /api/models/{repository}?blobs=true (huggingface_hub's model_info with
 * files_metadata), which gives every file's size and, for large ones, its SHA-256.
 */
import { EngineError } from '../errors.ts';
import { request, type Fetch } from './download.ts';

export const HUB_URL = 'https://huggingface.co';

export interface HubModel {
  /** Commit that the files are fetched from, so that they belong together. */
  readonly commit: string;
  readonly weightsBytes: number;
  /** SHA-256 the Hub states for the weights; null where it keeps them as a plain git file. */
  readonly weightsHash: string | null;
  /** config.json and preprocessor_config.json, as far as the repository has them. */
  readonly configs: readonly HubFile[];
}

export interface HubFile {
  readonly name: string;
  readonly bytes: number;
  /** SHA-256; null where the Hub states none. */
  readonly hash: string | null;
}

/** @throws EngineError "bad-request" unless the name is "owner/name" as the Hub writes it. */
export function checkRepositoryName(repository: string): void {
  const part = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,94}[A-Za-z0-9])?$/;
  const parts = repository.split('/');
  if (parts.length === 2 && parts.every((text) => part.test(text) && !/--|\.\./.test(text))) return;
  throw new EngineError(
    'bad-request',
    `A Hub repository is named "owner/name", e.g. timm/resnet18.a1_in1k; got "${repository}".`,
  );
}

/** @throws EngineError with a sentence where the repository cannot be opened by anyone, or here. */
export async function hubModel(
  repository: string,
  fetchFile: Fetch,
  signal: AbortSignal,
): Promise<HubModel> {
  const url = `${HUB_URL}/api/models/${repository}?blobs=true`;
  const response = await request(url, repository, fetchFile, signal);
  if (response.status === 401 || response.status === 403 || response.status === 404) {
    throw new EngineError(
      'bad-request',
      `The Hugging Face Hub has no public model "${repository}". Check the spelling; private models cannot be opened here.`,
    );
  }
  if (!response.ok) {
    throw new EngineError(
      'network',
      `The Hugging Face Hub answered with status ${response.status} when asked for "${repository}". Try again in a while.`,
    );
  }
  const answer: unknown = await response.json().catch(() => null);
  return readAnswer(repository, answer);
}

/** What lies beside weights: timm writes the first alone, Transformers both. */
const CONFIGS = ['config.json', 'preprocessor_config.json'];

function readAnswer(repository: string, answer: unknown): HubModel {
  if (!isObject(answer) || typeof answer['sha'] !== 'string') {
    throw new EngineError(
      'network',
      `The Hugging Face Hub's answer about "${repository}" could not be read.`,
    );
  }
  if (answer['gated'] === 'auto' || answer['gated'] === 'manual') {
    throw new EngineError(
      'bad-request',
      `"${repository}" is gated: its owner asks for an agreement first. Accept it on ${HUB_URL}/${repository}, download model.safetensors and config.json there, and open them as files.`,
    );
  }
  const files = Array.isArray(answer['siblings']) ? answer['siblings'].flatMap(readFile) : [];
  const weights = files.find((file) => file.name === 'model.safetensors');
  if (!weights) throw noSafetensors(repository, files);
  return {
    commit: answer['sha'],
    weightsBytes: weights.bytes,
    weightsHash: weights.hash,
    configs: CONFIGS.flatMap((name) => files.filter((file) => file.name === name)),
  };
}

function readFile(value: unknown): HubFile[] {
  if (!isObject(value)) return [];
  const { rfilename: name, size: bytes, lfs } = value;
  if (typeof name !== 'string' || typeof bytes !== 'number' || !Number.isSafeInteger(bytes)) {
    return [];
  }
  const hash = isObject(lfs) ? lfs['sha256'] : null;
  return [{ name, bytes, hash: typeof hash === 'string' ? hash : null }];
}

function noSafetensors(repository: string, files: readonly HubFile[]): EngineError {
  const others = files.map((file) => file.name);
  const shards = others.some((name) => /^model-\d+-of-\d+\.safetensors$/.test(name));
  const pickle = others.find((name) => /\.(bin|pt|pth)$/.test(name));
  let reason = '';
  if (shards) reason = ' Its weights are split into several files.';
  else if (pickle) reason = ` It has ${pickle}, which can run code when it is opened.`;
  return new EngineError(
    'unsupported-model',
    `A model is read from one file named model.safetensors, and "${repository}" has none.${reason}`,
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
