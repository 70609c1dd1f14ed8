/** What a family does not support, found in names, shapes and config.json and said in a sentence. */
import type { ModelConfig } from '../../../lib/model-config.ts';
import { EngineError } from '../../errors.ts';
import type { Backbone, Shapes } from '../contract.ts';

/** What fits a pattern is called so, e.g. [/\.se\./, 'squeeze and excitation']. */
export type Known = readonly (readonly [pattern: RegExp, what: string])[];

export function unsupported(sentence: string): EngineError {
  return new EngineError('unsupported-model', sentence);
}

const part = (network: string, what: string): EngineError =>
  unsupported(`This ${network} has a part that is not supported yet: ${what}.`);

/**
 * Refuses the first tensor that belongs to a part known by name.
 * @param network e.g. "vision transformer"
 */
export function refuseParts(network: string, shapes: Shapes, known: Known): void {
  for (const name of shapes.keys()) {
    const what = known.find(([pattern]) => pattern.test(name))?.[1];
    if (what !== undefined) throw part(network, `${what} ("${name}")`);
  }
}

/** Refuses networks whose tensors look like supported ones and that compute otherwise. */
export function refuseArchitectures(
  network: string,
  config: ModelConfig | null,
  known: Known,
): void {
  const architecture = config?.architecture ?? '';
  const what = known.find(([pattern]) => pattern.test(architecture))?.[1];
  if (what !== undefined) throw part(network, `${what} (config.json says "${architecture}")`);
}

/** What config.json says of a setting, and the first of `supported` where it is silent. */
export function settingOf<T>(name: string, said: unknown, supported: readonly [T, ...T[]]): T {
  if (said === undefined || said === null) return supported[0];
  const found = supported.find((value) => value === said);
  if (found !== undefined) return found;
  const options = supported.map((value) => JSON.stringify(value)).join(' or ');
  throw unsupported(
    `"${name}" in config.json must be ${options} for this network; got ${JSON.stringify(said)}.`,
  );
}

export function shapeOf(network: string, shapes: Shapes, name: string): readonly number[] {
  const found = shapes.get(name);
  if (found) return found;
  throw unsupported(`A ${network} needs the tensor "${name}"; the file has none.`);
}

/**
 * Returns the backbone where the file holds its tensors and no others, heads aside.
 * @param resized those that `adopt` brings to their shape
 */
export function checked(
  network: string,
  shapes: Shapes,
  backbone: Backbone,
  resized: readonly string[] = [],
): Backbone {
  const params = new Map(backbone.params.map(({ name, shape }) => [name, shape]));
  for (const [name, expected] of params) {
    const found = shapeOf(network, shapes, name).join(', ');
    if (found === expected.join(', ') || resized.includes(name)) continue;
    throw unsupported(
      `In this ${network} the tensor "${name}" must have the shape [${expected.join(', ')}]; got [${found}].`,
    );
  }
  // Batch norms count the batches of their training; nobody reads that.
  const isExpected = (name: string): boolean =>
    params.has(name) ||
    name.endsWith('.num_batches_tracked') ||
    backbone.heads.some((head) => name === `${head}.weight` || name === `${head}.bias`);
  const stranger = [...shapes.keys()].find((name) => !isExpected(name));
  if (stranger !== undefined) throw part(network, `"${stranger}"`);
  return backbone;
}
