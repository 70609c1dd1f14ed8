import type { Field, FieldValue, FormValues, NumberField } from '../protocol.ts';

/** Every field's value: the given one where there is one, else the field's default. */
export function defaultsOf(fields: readonly Field[], given: FormValues): FormValues {
  return Object.fromEntries(
    fields.map((field) => [field.name, given[field.name] ?? field.default] as const),
  );
}

/** Field name → the rule it breaks, as a sentence. */
export function formProblems(
  fields: readonly Field[],
  values: FormValues,
): ReadonlyMap<string, string> {
  const problems = new Map<string, string>();
  for (const field of fields) {
    const problem = fieldProblem(field, values[field.name] ?? field.default);
    if (problem !== null) problems.set(field.name, problem);
  }
  return problems;
}

function fieldProblem(field: Field, value: FieldValue): string | null {
  switch (field.kind) {
    case 'number':
      return numberProblem(field, value);
    case 'choice': {
      if (field.options.some((option) => option.value === value)) return null;
      const allowed = field.options.map((option) => option.label).join(', ');
      return `${field.label} must be one of ${allowed}; got ${String(value)}.`;
    }
    case 'switch':
      return typeof value === 'boolean' ? null : `${field.label} must be on or off.`;
    default: {
      const unknown: never = field;
      return unknown;
    }
  }
}

function numberProblem(field: NumberField, value: FieldValue): string | null {
  const unit = field.unit ? ` ${field.unit}` : '';
  const rule = `${field.label} must be ${field.min} … ${field.max}${unit}`;
  if (typeof value !== 'number' || Number.isNaN(value)) return `${rule}; got no number.`;
  if (value < field.min || value > field.max) return `${rule}; got ${value}.`;
  if (field.integer && !Number.isInteger(value)) {
    return `${field.label} must be a whole number; got ${value}.`;
  }
  return null;
}
