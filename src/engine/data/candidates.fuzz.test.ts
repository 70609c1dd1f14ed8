import fc from 'fast-check';
import { strToU8, zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { damaged, FUZZ, FUZZ_TIMEOUT } from '../../testing/fuzz.ts';
import { candidates, type Candidate } from './candidates.ts';

const texts = { 'oak/1.png': 'a'.repeat(300), 'elm/2.png': 'not much', '../up.png': 'b' };
const whole = zipSync(
  Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, strToU8(text)] as const)),
);

const anyName = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc
    .array(fc.constantFrom('..', '.', '', 'C:', 'oak', '\\', '/', '__MACOSX', '~', 'con'), {
      maxLength: 6,
    })
    .map((parts) => parts.join('/')),
);
// The zip writer, not the reader, stumbles over that name.
const writable = anyName.filter((name) => name.split('/')[0] !== '__proto__');
const made = fc
  .dictionary(writable, fc.uint8Array({ maxLength: 40 }), { maxKeys: 5 })
  .map((entries) => zipSync(entries));
const zips = fc.oneof(damaged(whole), made, made.chain(damaged), fc.uint8Array({ maxLength: 100 }));

test(
  'any zip gives files within bounds and below where they belong, or refusals',
  async () => {
    await fc.assert(
      fc.asyncProperty(zips, async (zip) => {
        const items = [{ path: 'folder/a.zip', file: new Blob([new Uint8Array(zip)]) }];
        const context = {
          directory: null,
          signal: new AbortController().signal,
          onFound: () => undefined,
          onUnpack: () => undefined,
        };
        const files: Candidate[] = [];
        for await (const found of candidates(items, context)) {
          expect(found.path).toMatch(/^folder\/a\.zip/);
          expect(found.path.split(/[/\\]/)).not.toContain('..');
          if (found.kind === 'refused') expect(found.reason).toMatch(/\.$/);
          else files.push(found);
        }
        const bytes = files.reduce((sum, { file }) => sum + file.size, 0);
        expect(bytes).toBeLessThan(2 ** 20);
        for (const { file, drop } of files) {
          expect((await file.arrayBuffer()).byteLength).toBe(file.size);
          drop();
        }
      }),
      FUZZ,
    );
  },
  FUZZ_TIMEOUT,
);
