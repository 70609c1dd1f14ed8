import type { Catalog, Field, FieldValue, FormValues, MethodInfo } from '../src/protocol.ts';
import type { RacedMethod } from '../src/client/race-plan.ts';
import type { TrainingCall } from './arguments.ts';
import { UsageError } from './usage.ts';

export interface ChosenSettings {
  readonly methodOptions: FormValues;
  readonly training: FormValues;
}

/** The catalog's method of this name. Throws `UsageError` where there is none. */
export function findMethod(
  catalog: Catalog,
  name: string,
  option = '--method must be one of',
): MethodInfo {
  const method = catalog.methods.find((candidate) => candidate.name === name);
  if (method) return method;
  const known = catalog.methods.map((candidate) => candidate.name).join(', ');
  throw new UsageError(`${option} ${known}; got "${name}".`);
}

/**
 * Every setting of a run: the catalog's defaults, over them the method's, over them what suits
 * the data, over them what was written.
 * Throws `UsageError` for a name no field has and for a value its field refuses.
 */
export function chooseSettings(
  training: readonly Field[],
  method: MethodInfo,
  suited: FormValues,
  written: ReadonlyMap<string, string>,
): ChosenSettings {
  const methodOptions: Record<string, FieldValue> = defaultsOf(method.fields);
  const trainingValues: Record<string, FieldValue> = {
    ...defaultsOf(training),
    ...method.trainingDefaults,
    ...suited,
  };
  for (const [name, text] of written) {
    const own = method.fields.find((field) => field.name === name);
    const shared = training.find((field) => field.name === name);
    if (own) methodOptions[name] = parseValue(own, text);
    else if (shared) trainingValues[name] = parseValue(shared, text);
    else {
      const known = [...training, ...method.fields].map((field) => field.name).join(', ');
      throw new UsageError(`A setting must be one of ${known}; got "${name}".`);
    }
  }
  return { methodOptions, training: trainingValues };
}

/** `--val SHARE` is the training setting of that name. */
export function settingsOf(call: TrainingCall): ReadonlyMap<string, string> {
  if (call.validation?.kind !== 'share') return call.settings;
  return new Map([...call.settings, ['validationShare', String(call.validation.share)]]);
}

/**
 * The settings of several methods for one comparison: each at its own defaults, and over them
 * what was written, a method's own setting for the methods that have it.
 * Throws `UsageError` as `chooseSettings`, and for a name that none of them has.
 */
export function chooseForEach(
  training: readonly Field[],
  methods: readonly MethodInfo[],
  suited: FormValues,
  written: ReadonlyMap<string, string>,
): RacedMethod[] {
  const names = (fields: readonly Field[]): string[] => fields.map(({ name }) => name);
  const all = new Set(names([...training, ...methods.flatMap(({ fields }) => fields)]));
  return methods.map((info) => {
    const own = new Set(names([...training, ...info.fields]));
    // One that nobody has is left in, to be refused.
    const meant = [...written].filter(([name]) => own.has(name) || !all.has(name));
    const chosen = chooseSettings(training, info, suited, new Map(meant));
    return { info, options: chosen.methodOptions, training: chosen.training };
  });
}

function defaultsOf(fields: readonly Field[]): Record<string, FieldValue> {
  return Object.fromEntries(fields.map((field) => [field.name, field.default]));
}

function parseValue(field: Field, text: string): FieldValue {
  switch (field.kind) {
    case 'number': {
      const value = Number(text);
      const whole = !field.integer || Number.isInteger(value);
      if (text.trim() !== '' && whole && value >= field.min && value <= field.max) return value;
      const rule = `${field.integer ? 'a whole number' : 'a number'} from ${field.min} to ${field.max}`;
      throw new UsageError(`${field.name} must be ${rule}; got "${text}".`);
    }
    case 'choice': {
      const values = field.options.map((option) => option.value);
      if (values.includes(text)) return text;
      throw new UsageError(`${field.name} must be one of ${values.join(', ')}; got "${text}".`);
    }
    case 'switch':
      if (text === 'true' || text === 'on') return true;
      if (text === 'false' || text === 'off') return false;
      throw new UsageError(`${field.name} must be on or off; got "${text}".`);
    default:
      return field satisfies never;
  }
}
