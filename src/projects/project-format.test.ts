import { expect, test } from 'vitest';
import type { Json } from '../lib/json-fields.ts';
import { manifestOf, parseManifest } from './project-format.ts';

test('a manifest comes back as it was written', () => {
  const manifest = manifestOf('Leaves', ['run-1.json'], { dataset: {} });
  expect(parseManifest(JSON.parse(JSON.stringify(manifest)))).toEqual(manifest);
});

test('what is no manifest, and what is of a version to come, is refused in a sentence', () => {
  for (const none of [null, 'x', {}, { format: 'another' }]) {
    expect(() => parseManifest(none)).toThrow(/this is none/);
  }
  const later = { ...manifestOf('Leaves', [], {}), version: 9 };
  expect(() => parseManifest(later)).toThrow('has version 9; this page reads up to 1');
});

test('an old manifest is brought up step by step', () => {
  const old = { ...manifestOf('leaves', [], {}), version: 1 };
  const steps = new Map<number, (manifest: Json) => Json>([
    [1, (manifest) => ({ ...manifest, name: 'Leaves' })],
    [2, (manifest) => ({ ...manifest, contents: { renamed: true } })],
  ]);
  expect(parseManifest(old, steps, 3)).toMatchObject({
    version: 3,
    name: 'Leaves',
    contents: { renamed: true },
  });
  expect(() => parseManifest(old, new Map(), 2)).toThrow('version 1 cannot be read');
});
