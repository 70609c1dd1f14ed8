import { expect, test } from 'vitest';
import type { Field } from '../protocol.ts';
import { fieldDefaults, parseForm } from './form.ts';

const base = { help: '', advanced: false };
const fields: readonly Field[] = [
  {
    ...base,
    kind: 'number',
    name: 'rank',
    label: 'Rank',
    default: 4,
    min: 1,
    max: 64,
    integer: true,
    scale: 'linear',
    unit: null,
  },
  {
    ...base,
    kind: 'choice',
    name: 'sites',
    label: 'Sites',
    default: 'all',
    options: [{ value: 'all', label: 'All', help: '' }],
  },
  { ...base, kind: 'switch', name: 'shift', label: 'Shift', default: false },
];

test('what is not given takes its default', () => {
  expect(parseForm(fields, { rank: 8 })).toEqual({ rank: 8, sites: 'all', shift: false });
  expect(fieldDefaults(fields)).toEqual({ rank: 4, sites: 'all', shift: false });
});

test.each([
  [{ rank: 0 }, 'Rank must be a whole number from 1 to 64; got 0.'],
  [{ rank: 2.5 }, 'Rank must be a whole number from 1 to 64; got 2.5.'],
  [{ rank: Number.NaN }, 'Rank must be a whole number from 1 to 64; got NaN.'],
  [{ rank: '8' }, 'Rank must be a whole number from 1 to 64; got 8.'],
  [{ sites: 'some' }, 'Sites must be one of all; got some.'],
  [{ shift: 'yes' }, 'Shift must be on or off; got yes.'],
  [{ depth: 3 }, 'The settings here are: rank, sites, shift; got "depth".'],
])('%o is refused with the rule and the value', (values, sentence) => {
  expect(() => parseForm(fields, values)).toThrow(sentence);
});
