import { describe, expect, it } from 'vitest';
import type { Catalog, Field, MethodInfo } from '../src/protocol.ts';
import { chooseForEach, chooseSettings, findMethod } from './settings.ts';
import { UsageError } from './usage.ts';

const base = { label: '', help: '', advanced: false };
const number = { ...base, kind: 'number', scale: 'linear', unit: null } as const;

const training: readonly Field[] = [
  { ...number, name: 'epochs', default: 10, min: 1, max: 500, integer: true },
  { ...number, name: 'learningRate', default: 0.005, min: 1e-6, max: 1, integer: false },
  {
    ...base,
    kind: 'choice',
    name: 'augmentation',
    default: 'light',
    options: ['off', 'light'].map((value) => ({ value, label: value, help: '' })),
  },
];

const method: MethodInfo = {
  name: 'san',
  label: 'SAN',
  summary: '',
  fields: [{ ...base, kind: 'switch', name: 'shift', default: false }],
  trainingDefaults: { learningRate: 0.01 },
  hasScales: true,
  foldsAway: true,
  order: 1,
};

const choose = (...written: [string, string][]) =>
  chooseSettings(training, method, {}, new Map(written));

describe('chooseSettings', () => {
  it('puts what suits the data over the method and under the call', () => {
    const suited = { augmentation: 'off', learningRate: 0.02 };
    const written = new Map([['learningRate', '0.03']]);
    expect(chooseSettings(training, method, suited, written).training).toEqual({
      epochs: 10,
      learningRate: 0.03,
      augmentation: 'off',
    });
  });

  it('puts the method over the catalog and the call over both', () => {
    expect(choose()).toEqual({
      methodOptions: { shift: false },
      training: { epochs: 10, learningRate: 0.01, augmentation: 'light' },
    });
    expect(choose(['learningRate', '2e-3'], ['shift', 'on'], ['augmentation', 'off'])).toEqual({
      methodOptions: { shift: true },
      training: { epochs: 10, learningRate: 0.002, augmentation: 'off' },
    });
  });

  it.each([
    ['epochs', '0', 'epochs must be a whole number from 1 to 500; got "0"'],
    ['epochs', '2.5', 'whole number'],
    ['epochs', '', 'whole number'],
    ['epochs', 'ten', 'got "ten"'],
    ['augmentation', 'wild', 'augmentation must be one of off, light; got "wild"'],
    ['shift', 'perhaps', 'shift must be on or off'],
    ['momentum', '1', 'one of epochs, learningRate, augmentation, shift; got "momentum"'],
  ])('refuses %s=%s', (name, value, message) => {
    expect(() => choose([name, value])).toThrow(UsageError);
    expect(() => choose([name, value])).toThrow(message);
  });
});

it('findMethod names the methods there are', () => {
  const catalog: Catalog = { methods: [method], training, bundled: [], hub: [], demos: [] };
  expect(findMethod(catalog, 'san')).toBe(method);
  expect(() => findMethod(catalog, 'dora')).toThrow('--method must be one of san; got "dora".');
});

describe('chooseForEach', () => {
  const linear = {
    ...method,
    name: 'linear',
    fields: [],
    trainingDefaults: { learningRate: 0.02 },
  };
  const each = (...written: [string, string][]) =>
    chooseForEach(training, [method, linear], {}, new Map(written));

  it('leaves every method its own rate, unless the call says one for all', () => {
    expect(each().map((one) => one.training['learningRate'])).toEqual([0.01, 0.02]);
    const rates = each(['learningRate', '0.03']).map((one) => one.training['learningRate']);
    expect(rates).toEqual([0.03, 0.03]);
  });

  it('gives a method’s own setting to the methods that have it', () => {
    expect(each(['shift', 'on']).map(({ options }) => options)).toEqual([{ shift: true }, {}]);
    expect(() => each(['shfit', 'on'])).toThrow(UsageError);
  });
});
