import type { Field, FieldValue, FormValues } from '../protocol.ts';
import { EngineError } from './errors.ts';

export function fieldDefaults(fields: readonly Field[]): FormValues {
  return Object.fromEntries(fields.map((field) => [field.name, field.default]));
}

/**
 * Fills in defaults and checks every value against its field.
 * @throws EngineError "bad-setting" with the rule and the value received.
 */
export function parseForm(fields: readonly Field[], values: FormValues): FormValues {
  const known = new Set(fields.map((field) => field.name));
  const stranger = Object.keys(values).find((name) => !known.has(name));
  if (stranger) {
    const names = [...known].join(', ') || 'none';
    throw new EngineError('bad-setting', `The settings here are: ${names}; got "${stranger}".`);
  }
  const entries = fields.map((field) => {
    const value = values[field.name] ?? field.default;
    checkField(field, value);
    return [field.name, value] as const;
  });
  return Object.fromEntries(entries);
}

function checkField(field: Field, value: FieldValue): void {
  const problem = fieldProblem(field, value);
  if (problem) throw new EngineError('bad-setting', problem);
}

function fieldProblem(field: Field, value: FieldValue): string | null {
  switch (field.kind) {
    case 'number': {
      const whole = field.integer ? 'a whole number' : 'a number';
      const rule = `${field.label} must be ${whole} from ${field.min} to ${field.max}; got ${value}.`;
      const fits =
        typeof value === 'number' &&
        value >= field.min &&
        value <= field.max &&
        (!field.integer || Number.isInteger(value));
      return fits ? null : rule;
    }
    case 'choice': {
      const options = field.options.map((option) => option.value);
      return typeof value === 'string' && options.includes(value)
        ? null
        : `${field.label} must be one of ${options.join(', ')}; got ${value}.`;
    }
    case 'switch':
      return typeof value === 'boolean' ? null : `${field.label} must be on or off; got ${value}.`;
    default:
      return field satisfies never;
  }
}
