import type { Catalog, Field, FieldValue, FormValues } from '../../../../protocol.ts';
import type { FinishedRun } from '../../../../stores/runs.ts';
import { methodLabel } from '../run-names.ts';

export interface SettingDifference {
  readonly label: string;
  readonly first: string;
  readonly second: string;
}

/** Every setting in which two runs differ, in words; a setting only one of them has is "–" for the other. */
export function settingDifferences(
  first: FinishedRun,
  second: FinishedRun,
  catalog: Catalog,
  backboneLabel: (name: string) => string,
): SettingDifference[] {
  const words = (run: FinishedRun) => settingsOf(run, catalog, backboneLabel);
  const [one, other] = [words(first), words(second)];
  return [...new Set([...one.keys(), ...other.keys()])].flatMap((label) => {
    const [a, b] = [one.get(label) ?? '–', other.get(label) ?? '–'];
    return a === b ? [] : [{ label, first: a, second: b }];
  });
}

function settingsOf(
  { config, start }: FinishedRun,
  catalog: Catalog,
  backboneLabel: (name: string) => string,
): ReadonlyMap<string, string> {
  const method = catalog.methods.find(({ name }) => name === start.method);
  return new Map([
    ['Method', methodLabel(start.method, catalog.methods)],
    ['Backbone', backboneLabel(start.backbone)],
    ['Classes', start.classes.join(', ')],
    ['Training images', String(start.trainImages.length)],
    ['Validation images', String(start.validationImages.length)],
    ...formWords(catalog.training, config.training),
    ...formWords(method?.fields ?? [], config.methodOptions),
  ]);
}

/** Label → value of every field, as the form shows them. */
function formWords(fields: readonly Field[], values: FormValues): [string, string][] {
  const known = fields.flatMap((field): [string, string][] => {
    const value = values[field.name];
    return value === undefined ? [] : [[field.label, valueWords(field, value)]];
  });
  const named = new Set(fields.map(({ name }) => name));
  const others = Object.entries(values).filter(([name]) => !named.has(name));
  return [...known, ...others.map(([name, value]): [string, string] => [name, String(value)])];
}

function valueWords(field: Field, value: FieldValue): string {
  switch (field.kind) {
    case 'number':
      return `${value}${field.unit === null ? '' : ` ${field.unit}`}`;
    case 'choice':
      return field.options.find((option) => option.value === value)?.label ?? String(value);
    case 'switch':
      return value === true ? 'on' : 'off';
    default: {
      const unknown: never = field;
      return unknown;
    }
  }
}
