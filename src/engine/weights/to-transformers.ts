/** Brings a network under the names that Hugging Face Transformers has for it. */
import type { StateDict, TensorData } from '../../lib/safetensors.ts';
import { EngineError } from '../errors.ts';
import { filledPattern, namePattern } from './name-pattern.ts';
import type { TimmNetwork, Told, TransformersNames } from './transformers-names/contract.ts';
import { transformersNames } from './transformers-names/registry.ts';

export interface TransformersModel {
  readonly modelType: string;
  readonly architecture: string;
  /** What config.json says of the network's build. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly tensors: StateDict;
}

/**
 * The same network as a class of Transformers; null where it has none that computes the same.
 * The way back of `fromTransformers`.
 */
export function toTransformers(network: TimmNetwork): TransformersModel | null {
  for (const table of transformersNames) {
    const told = table.tell(network);
    if (!told) continue;
    const { modelType, architecture, config } = told;
    const tensors = rename(table, told, told.tensors ?? network.tensors);
    return { modelType, architecture, config: { ...table.expected, ...config }, tensors };
  }
  return null;
}

/** Whether Transformers has a class that computes this network; only shapes are looked at. */
export function hasTransformersClass(network: TimmNetwork): boolean {
  return transformersNames.some((table) => table.tell(network) !== null);
}

interface Rule {
  readonly pattern: ReturnType<typeof namePattern>;
  /** Transformers' names of its parts, one after the other along the outputs. */
  readonly targets: readonly string[];
  readonly prefix: string;
}

function rename(table: TransformersNames, told: Told, tensors: StateDict): StateDict {
  const rules = rulesOf(table, told);
  const renamed = new Map<string, TensorData>();
  for (const [name, tensor] of tensors) {
    const rule = rules.find(({ pattern }) => pattern(name) !== null);
    const match = rule?.pattern(name);
    if (!rule || !match) {
      throw new EngineError('internal', `Transformers' ${table.name} has no name for "${name}".`);
    }
    split(tensor, rule.targets.length).forEach((part, i) => {
      renamed.set(rule.prefix + filledPattern(rule.targets[i] ?? '', match), part);
    });
  }
  return renamed;
}

/** Classifiers first: their timm names may have another Transformers name as well. */
function rulesOf({ renamed, joined }: TransformersNames, { heads, prefix }: Told): Rule[] {
  const rule = (timm: string, targets: readonly string[], start: string): Rule => ({
    pattern: namePattern(timm),
    targets,
    prefix: start,
  });
  return [
    ...Object.entries(heads).map(([target, timm]) => rule(timm, [target], '')),
    ...Object.entries(joined).map(([timm, targets]) => rule(timm, targets, prefix)),
    ...Object.entries(renamed).map(([target, timm]) => rule(timm, [target], prefix)),
  ];
}

/** Numbers are looked at when they are asked for, not before. */
function split(tensor: TensorData, parts: number): TensorData[] {
  const [outputs = 0, ...inputs] = tensor.shape;
  if (parts === 1) return [tensor];
  return Array.from({ length: parts }, (_, i) => ({
    shape: [outputs / parts, ...inputs],
    get data() {
      const { data } = tensor;
      const length = data.length / parts;
      return data.subarray(i * length, (i + 1) * length);
    },
  }));
}
