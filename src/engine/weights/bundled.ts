/** The backbones that come with the page: one folder each in /models, found by itself. */
import { parseModelConfig } from '../../lib/model-config.ts';
import { sha256 } from '../../lib/sha256.ts';
import type { ModelCard } from '../../protocol.ts';
import { EngineError } from '../errors.ts';
import type { OpenedWeights, OpenHooks } from './contract.ts';
import { download, type Fetch } from './download.ts';
import { readWeights } from './weights-file.ts';

interface BundledModel {
  readonly card: ModelCard;
  readonly url: string;
  readonly configText: string;
}

const urls = import.meta.glob<string>('/models/*/model.safetensors', {
  query: '?url',
  import: 'default',
  eager: true,
});
const configs = import.meta.glob<string>('/models/*/config.json', {
  query: '?raw',
  import: 'default',
  eager: true,
});
const cards = import.meta.glob<Omit<ModelCard, 'name' | 'imageSize'>>('/models/*/card.json', {
  import: 'default',
  eager: true,
});

const models: readonly BundledModel[] = Object.entries(urls)
  .map(([path, url]) => bundledModel(path, url))
  .sort((a, b) => b.card.parameters - a.card.parameters);

/** Largest first. */
export function bundledModels(): readonly ModelCard[] {
  return models.map((model) => model.card);
}

/** @throws EngineError "bad-request" where no bundled model has this name. */
export async function openBundled(
  name: string,
  hooks: OpenHooks,
  fetchFile: Fetch = fetch,
): Promise<OpenedWeights> {
  const model = models.find((candidate) => candidate.card.name === name);
  if (!model) {
    const known = models.map((candidate) => candidate.card.name).join(', ');
    throw new EngineError('bad-request', `A bundled model must be one of ${known}; got "${name}".`);
  }
  const { label, bytes } = model.card;
  const weights = await download({ label, url: model.url, bytes }, fetchFile, hooks);
  return readWeights(weights, [model.configText], {
    name,
    origin: { kind: 'bundled', name },
    hash: await sha256(weights),
    cached: false,
  });
}

function bundledModel(path: string, url: string): BundledModel {
  const folder = path.slice(0, path.lastIndexOf('/'));
  const name = folder.slice(folder.lastIndexOf('/') + 1);
  const configText = configs[`${folder}/config.json`];
  const card = cards[`${folder}/card.json`];
  if (configText === undefined || card === undefined) {
    throw new Error(`A bundled model needs config.json and card.json; "${folder}" lacks one.`);
  }
  const { inputSize } = parseModelConfig(configText);
  if (inputSize === null) throw new Error(`${folder}/config.json must state a square input_size.`);
  return { card: { ...card, name, imageSize: inputSize }, url, configText };
}
