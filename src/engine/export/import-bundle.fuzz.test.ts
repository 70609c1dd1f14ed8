import fc from 'fast-check';
import { expect, test } from 'vitest';
import { damaged, FUZZ, FUZZ_TIMEOUT } from '../../testing/fuzz.ts';
import { zipOfParts } from '../../testing/zip-of-parts.ts';
import { EngineError } from '../errors.ts';
import { writeAdapter } from './adapter.ts';
import { openBundle } from './import-bundle.ts';
import { trainedModel } from './trained-model.fixture.ts';

const adapter = await writeAdapter(trainedModel);
const parts = [{ name: 'adapter.safetensors', input: new Uint8Array(adapter) }];
const zip = await zipOfParts('folder', parts, new Date('2026-01-02T03:04:05Z'));
const zipped = new Uint8Array(await zip.arrayBuffer());
const original = await openBundle(zip, 'a.zip');

const files = fc.oneof(damaged(adapter), damaged(zipped), fc.uint8Array({ maxLength: 100 }));

test(
  'any bundle is the one that was written, or refused in a sentence',
  async () => {
    await fc.assert(
      fc.asyncProperty(files, async (bytes) => {
        const opened = openBundle(new Blob([new Uint8Array(bytes)]), 'a.zip');
        const outcome = await opened.catch((error: unknown) => error);
        if (outcome instanceof EngineError) {
          expect(outcome.code).toBe('bad-file');
          expect(outcome.message).toMatch(/^"a\.zip" could not be opened\. .+\.$/s);
        } else {
          expect(outcome).toEqual(original);
        }
      }),
      FUZZ,
    );
  },
  FUZZ_TIMEOUT,
);
