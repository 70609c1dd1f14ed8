import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FUZZ, FUZZ_TIMEOUT } from '../testing/fuzz.ts';
import { unpackJson } from './packed-json.ts';
import { parseContents, ProjectFileError } from './parse-contents.ts';
import { parseManifest } from './project-format.ts';
import { EMPTY_SETTINGS } from './records.ts';

/** As it stands in a file: parts are named where files and arrays were. */
const whole = {
  format: 'san-studio-project',
  version: 1,
  name: 'Leaves',
  runs: ['run-1.json'],
  contents: {
    dataset: { classes: [{ id: 1, name: 'oak' }], nextClass: 2, order: [1], nextImage: 2 },
    settings: {
      ...{ ...EMPTY_SETTINGS, method: 'san' },
      race: {
        ...{ phase: 'finished', failure: null, tuning: [] },
        entries: [
          { key: 'san 1', method: 'san', seed: 1, state: 'finished', runId: 1, learningRate: 0.01 },
        ].map((entry) => ({ ...entry, failure: null })),
      },
    },
    images: [
      {
        ...{ id: 1, path: 'oak/1.png', width: 4, height: 4, classId: 1, alike: [] },
        thumbnail: { $part: 'parts/0', kind: 'file', name: null },
        file: { name: '0b2f6f5e-8d3a-4a39-9a55-0a1d3f0f8e11', hash: null },
      },
    ],
    runs: [],
    backbones: [{ hash: 'abc', source: { kind: 'bundled', name: 'resnet10_128' } }],
  },
};

type Path = readonly (string | number)[];

/** The way to every value in it. */
function pathsIn(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const inner = Object.entries(value).flatMap(([key, item]) =>
    pathsIn(item, [...path, Array.isArray(value) ? Number(key) : key]),
  );
  return [path, ...inner];
}

function replaced(value: unknown, [key, ...rest]: Path, by: unknown): unknown {
  if (key === undefined) return by;
  if (typeof value !== 'object' || value === null) return by;
  const inner = (name: string | number, item: unknown): unknown =>
    String(name) === String(key) ? replaced(item, rest, by) : item;
  if (Array.isArray(value)) return value.map((item: unknown, i) => inner(i, item));
  return Object.fromEntries(
    Object.entries(value).map(([name, item]: [string, unknown]) => [name, inner(name, item)]),
  );
}

const odd = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom<unknown>(-1, 1.5, 2 ** 60, '../../run', '__proto__', { $part: 'parts/9' }),
  fc.constantFrom<unknown>({ $part: 'parts/0', kind: 'float32' }, { $part: 3 }, [[[[]]]]),
);
const changes = fc.array(fc.tuple(fc.constantFrom(...pathsIn(whole)), odd), { maxLength: 3 });

function part(name: string): Promise<Blob> {
  if (name === 'parts/0') return Promise.resolve(new Blob(['1234']));
  return Promise.reject(new ProjectFileError(`This project file lacks “${name}”.`));
}

test(
  'any manifest is one the page can rely on, or refused in a sentence',
  async () => {
    await fc.assert(
      fc.asyncProperty(changes, async (list) => {
        const changed = list.reduce<unknown>(
          (value, [path, by]) => replaced(value, path, by),
          whole,
        );
        try {
          const manifest = parseManifest(await unpackJson(JSON.stringify(changed), part));
          const contents = parseContents({ ...(manifest.contents as object), runs: [] });
          for (const image of contents.images) {
            expect(image.file.name).toMatch(/^[\da-f-]{36}$/);
            expect(image.thumbnail).toBeInstanceOf(Blob);
          }
          for (const id of contents.dataset.order) expect(Number.isSafeInteger(id)).toBe(true);
        } catch (error) {
          if (!(error instanceof ProjectFileError)) throw error;
          expect(error.message).toMatch(/\.$/);
        }
      }),
      FUZZ,
    );
  },
  FUZZ_TIMEOUT,
);
