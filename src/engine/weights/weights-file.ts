import { parseModelConfig, type ModelConfig } from '../../lib/model-config.ts';
import { SafetensorsError } from '../../lib/safetensors-header.ts';
import { parseSafetensors, type StateDict } from '../../lib/safetensors.ts';
import { EngineError } from '../errors.ts';
import type { OpenedWeights } from './contract.ts';
import { fromTransformers } from './from-transformers.ts';

/** One array buffer must hold the file, and a browser gives no larger one everywhere. */
const MAX_WEIGHTS_BYTES = 2 ** 31 - 1;

type Description = Pick<OpenedWeights, 'name' | 'origin' | 'hash' | 'cached'>;

/**
 * The bytes of a model.safetensors and the texts of the JSON files beside it: config.json and, with
 * Transformers' models, preprocessor_config.json.
 * @throws EngineError "bad-file" where one is not what it should be, "unsupported-model" where it
 * is a Transformers model with a part nobody here knows.
 */
export function readWeights(
  bytes: Uint8Array,
  configTexts: readonly string[],
  description: Description,
): OpenedWeights {
  return describeWeights(readTensors(description.name, bytes), configTexts, description);
}

/** Tensors and the texts beside them, with the names that timm gives. @throws as `readWeights` */
export function describeWeights(
  tensors: StateDict,
  configTexts: readonly string[],
  description: Description,
): OpenedWeights {
  if (tensors.size === 0) {
    throw new EngineError('bad-file', `"${description.name}" holds no tensors.`);
  }
  const config = configTexts.length === 0 ? null : readConfig(description.name, configTexts);
  const renamed = fromTransformers(tensors, config);
  if (!renamed) return { tensors, naming: 'timm', notes: [], config, ...description };
  return { ...renamed, naming: 'transformers', config, ...description };
}

/** @throws EngineError "unsupported-model" where the file cannot be held in memory. */
export function checkWeightsSize(name: string, bytes: number): void {
  if (bytes <= MAX_WEIGHTS_BYTES) return;
  throw new EngineError(
    'unsupported-model',
    `Weights must be smaller than 2 GB; "${name}" has ${(bytes / 1e9).toFixed(1)} GB.`,
  );
}

/** A safetensors error as the person's: which file it was, and what is wrong with it. */
export function namedError(name: string, error: unknown): unknown {
  if (!(error instanceof SafetensorsError)) return error;
  return new EngineError('bad-file', `"${name}" could not be read. ${error.message}`);
}

function readTensors(name: string, bytes: Uint8Array): StateDict {
  try {
    return parseSafetensors(bytes).tensors;
  } catch (error) {
    throw namedError(name, error);
  }
}

function readConfig(name: string, texts: readonly string[]): ModelConfig {
  try {
    return parseModelConfig(...texts);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new EngineError('bad-file', `The config of "${name}" could not be read. ${reason}`);
  }
}
