/** Brings the tensors of a model that Hugging Face Transformers saved under timm's names. */
import type { ModelConfig } from '../../lib/model-config.ts';
import type { StateDict, TensorData } from '../../lib/safetensors.ts';
import { EngineError } from '../errors.ts';
import { filledPattern, namePattern } from './name-pattern.ts';
import type { TransformersNames } from './transformers-names/contract.ts';
import { transformersNames } from './transformers-names/registry.ts';

export interface Renamed {
  readonly tensors: StateDict;
  /** Sentences on what was left out that a person may miss. */
  readonly notes: readonly string[];
}

/**
 * The same tensors under timm's names; null where no table knows them, as with timm's own files.
 * @throws EngineError "unsupported-model" naming the first tensor no rule knows, or the setting
 * of config.json that is not supported.
 */
export function fromTransformers(tensors: StateDict, config: ModelConfig | null): Renamed | null {
  const found = findTable(tensors);
  if (!found) return null;
  const { table, prefix } = found;
  checkConfig(table, config);
  return rename(table, prefix, tensors);
}

function findTable(tensors: StateDict) {
  for (const table of transformersNames) {
    const prefix = ['', ...table.prefixes].find((start) => tensors.has(start + table.mark));
    if (prefix !== undefined) return { table, prefix };
  }
  return null;
}

function checkConfig(table: TransformersNames, config: ModelConfig | null): void {
  for (const [key, expected] of Object.entries(table.expected)) {
    const stated = config?.transformers?.[key] ?? expected;
    if (stated === expected) continue;
    throw new EngineError(
      'unsupported-model',
      `"${key}" in config.json must be ${JSON.stringify(expected)} for a ${table.name} model; got ${JSON.stringify(stated)}. Such a network is not supported here.`,
    );
  }
}

function rename(table: TransformersNames, prefix: string, tensors: StateDict): Renamed {
  const rules = rulesOf(table);
  const parts = new Map<string, (TensorData | undefined)[]>();
  const notes = new Set<string>();
  for (const [fullName, tensor] of tensors) {
    const name = fullName.startsWith(prefix) ? fullName.slice(prefix.length) : fullName;
    const rule = rules.find(({ pattern }) => pattern(name) !== null);
    const match = rule?.pattern(name);
    if (!rule || !match) throw unknownName(table, fullName);
    if (rule.note !== null) notes.add(rule.note);
    if (rule.target === null) continue;
    const target = filledPattern(rule.target, match);
    const pieces = parts.get(target) ?? Array.from({ length: rule.parts });
    pieces[rule.part] = tensor;
    parts.set(target, pieces);
  }
  const whole = new Map([...parts].map(([name, pieces]) => [name, join(name, pieces)]));
  return { tensors: table.finish?.(whole) ?? whole, notes: [...notes] };
}

interface Rule {
  readonly pattern: ReturnType<typeof namePattern>;
  /** timm's name; null for what is left out. */
  readonly target: string | null;
  /** Which part of the target it is, from 0, and of how many. */
  readonly part: number;
  readonly parts: number;
  readonly note: string | null;
}

function rulesOf({ dropped, foreignHead, joined, renamed }: TransformersNames): Rule[] {
  const alone = (source: string, target: string | null, note: string | null = null): Rule => ({
    pattern: namePattern(source),
    target,
    part: 0,
    parts: 1,
    note,
  });
  return [
    ...dropped.map((source) => alone(source, null)),
    ...(foreignHead ? [alone(foreignHead.layer, null, foreignHead.reason)] : []),
    ...Object.entries(renamed).map(([source, target]) => alone(source, target)),
    ...Object.entries(joined).flatMap(([target, sources]) =>
      sources.map((source, part) => ({ ...alone(source, target), part, parts: sources.length })),
    ),
  ];
}

/** One after the other along the outputs, which come first in every tensor of a layer. */
function join(name: string, pieces: readonly (TensorData | undefined)[]): TensorData {
  const whole = pieces.filter((piece) => piece !== undefined);
  const [first] = whole;
  if (first && pieces.length === 1) return first;
  const inputs = JSON.stringify(first?.shape.slice(1));
  if (
    !first ||
    whole.length < pieces.length ||
    whole.some(({ shape }) => JSON.stringify(shape.slice(1)) !== inputs)
  ) {
    throw new EngineError(
      'unsupported-model',
      `"${name}" is joined from ${pieces.length} tensors that read the same features; the file has ${whole.length} of them${whole.length < pieces.length ? '' : ', which do not'}.`,
    );
  }
  const data = new Float32Array(whole.reduce((sum, piece) => sum + piece.data.length, 0));
  let position = 0;
  let outputs = 0;
  for (const piece of whole) {
    data.set(piece.data, position);
    position += piece.data.length;
    outputs += piece.shape[0] ?? 0;
  }
  return { shape: [outputs, ...first.shape.slice(1)], data };
}

function unknownName(table: TransformersNames, name: string): EngineError {
  return new EngineError(
    'unsupported-model',
    `This file has the names of a Transformers ${table.name} model, but also a part that is not supported: "${name}".`,
  );
}
