import { preprocessingOf, type ModelConfig } from '../lib/model-config.ts';
import type { StateDict } from '../lib/safetensors.ts';
import type { BackboneInfo, BackboneSource } from '../protocol.ts';
import { adaptedNetwork } from './adapted-network.ts';
import type { Backbone } from './backbones/contract.ts';
import { inferBackbone } from './backbones/registry.ts';
import { refusalsOf } from './peft/registry.ts';
import type { OpenHooks, OpenedWeights } from './weights/contract.ts';
import { openWeights } from './weights/open-weights.ts';

/** A pretrained network that stands ready to be adapted, as often as wanted. */
export interface LoadedBackbone {
  readonly backbone: Backbone;
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

function describe(opened: OpenedWeights): LoadedBackbone {
  const { tensors, naming, notes, config, hash, name, origin, cached } = opened;
  const shapes = new Map([...tensors].map(([key, { shape }]) => [key, shape]));
  const backbone = inferBackbone(shapes, config);
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
    classes: headClasses(backbone, tensors, config),
    refusals: refusalsOf(adaptedNetwork(backbone)),
    cached,
  };
  return { backbone, weights: tensors, config, info };
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
