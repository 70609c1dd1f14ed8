import { expect, test } from 'vitest';
import { isAllowed, lockedPackages, readLockFile } from './licences.ts';

const one = (licence: string | null, development = false) =>
  isAllowed({ name: 'a', version: '1.0.0', licence, development });

test('every installed package stands under a licence of the list', () => {
  const packages = lockedPackages(readLockFile());
  expect(packages.map(({ name }) => name)).toContain('react');
  expect(packages.filter((each) => !isAllowed(each))).toEqual([]);
});

test('expressions are taken apart, and what is not on the list is refused', () => {
  expect(one('MIT')).toBe(true);
  expect(one('MIT AND ISC AND BSD-3-Clause')).toBe(true);
  expect(one('(MIT OR GPL-3.0-only)')).toBe(true);
  expect(one('MIT AND GPL-3.0-only')).toBe(false);
  expect(one('GPL-3.0-only')).toBe(false);
  expect(one(null)).toBe(false);
});

test('a tool may stand under a licence that the page must not', () => {
  expect(one('MPL-2.0', true)).toBe(true);
  expect(one('MPL-2.0')).toBe(false);
});

test('packages within packages have their own name and use', () => {
  const packages = lockedPackages({
    packages: {
      '': {},
      'node_modules/b': { version: '2.0.0', license: 'ISC', dev: true },
      'node_modules/b/node_modules/@a/c': { version: '1.0.0', license: 'MIT' },
    },
  });
  expect(packages).toEqual([
    { name: '@a/c', version: '1.0.0', licence: 'MIT', development: false },
    { name: 'b', version: '2.0.0', licence: 'ISC', development: true },
  ]);
});
