import { expect, test } from 'vitest';
import { methodNamed } from '../peft/registry.ts';
import { parseTraining, trainingFields } from './settings.ts';

const names = (halvesProducts: boolean): string[] =>
  trainingFields(halvesProducts).map(({ name }) => name);

test('how precisely a chip multiplies is asked only where it has a choice', () => {
  expect(names(true)).toContain('products');
  expect(names(false)).toEqual(names(true).filter((name) => name !== 'products'));
});

test('a run that was not asked multiplies in full precision', () => {
  const { info } = methodNamed('san');
  expect(parseTraining(info, {}).products).toBe('single');
  expect(parseTraining(info, { products: 'mixed' }).products).toBe('mixed');
  expect(() => parseTraining(info, { products: 'double' })).toThrow(
    /products must be|Products must/i,
  );
});
