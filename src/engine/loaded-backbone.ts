import { preprocessingOf, type ModelConfig } from '../lib/model-config.ts';
import { lazyTensors } from '../lib/safetensors-stream.ts';
import type { StateDict } from '../lib/safetensors.ts';
import type { BackboneInfo, BackboneSource } from '../protocol.ts';
import { adaptedNetwork } from './adapted-network.ts';
import type { Backbone } from './backbones/contract.ts';
import { inferBackbone } from './backbones/registry.ts';
import { refusalsOf } from './peft/registry.ts';
import type { OpenHooks, OpenedWeights } from './weights/contract.ts';
import { openWeights } from './weights/open-weights.ts';
import { describeWeights } from './weights/weights-file.ts';

/** A pretrained network that stands ready to be adapted, as often as wanted. */
export interface LoadedBackbone {
  readonly backbone: Backbone;
  /** As the backbone adopted them. */
  readonly weights: StateDict;
  readonly config: ModelConfig | null;
  readonly info: BackboneInfo;
}

/**
 * Opens weights, reads the network's shape from them, and checks nothing of the device.
 * @throws EngineError with a sentence; whatever was loaded before stays as it was.
 */
export async function loadBackbone(
  source: BackboneSource,
  hooks: OpenHooks,
): Promise<LoadedBackbone> {
  return describe(await openWeights(source, hooks));
}

/**
 * A file that this page has just written, opened again a tensor at a time.
 * @param configTexts of the JSON files beside it.
 * @throws EngineError with a sentence.
 */
export async function reopenBackbone(
  file: Blob,
  name: string,
  configTexts: readonly string[],
): Promise<LoadedBackbone> {
  const description = { name, origin: { kind: 'file', name }, hash: '', cached: false } as const;
  return describe(describeWeights(await lazyTensors(file), configTexts, description));
}

function describe(opened: OpenedWeights): LoadedBackbone {
  const { tensors, naming, notes, config, hash, name, origin, cached } = opened;
  const shapes = new Map([...tensors].map(([key, { shape }]) => [key, shape]));
  const backbone = inferBackbone(shapes, config);
  const weights = backbone.adopt(tensors);
  const parameters = backbone.params
    .filter((spec) => spec.role !== 'statistic')
    .reduce((sum, { shape }) => sum + shape.reduce((product, side) => product * side, 1), 0);
  const info: BackboneInfo = {
    name,
    label: backbone.label,
    family: backbone.family,
    parameters,
    preprocessing: preprocessingOf(config, backbone.imageSize),
    hash,
    origin,
    naming,
    notes,
    classes: headClasses(backbone, weights, config),
    refusals: refusalsOf(adaptedNetwork(backbone)),
    cached,
  };
  return { backbone, weights, config, info };
}

/** Names of the heads' outputs; numbers where the config names none, null where a head is missing. */
function headClasses(
  backbone: Backbone,
  tensors: StateDict,
  config: ModelConfig | null,
): string[] | null {
  const [outputs, ...others] = backbone.heads.map((head) => {
    const weight = tensors.get(`${head}.weight`);
    return tensors.has(`${head}.bias`) ? weight?.shape[0] : undefined;
  });
  if (!outputs || others.some((count) => count !== outputs)) return null;
  const names = config?.labelNames;
  if (names?.length === outputs) return [...names];
  return Array.from({ length: outputs }, (_, index) => `Class ${index + 1}`);
}
