import fc from 'fast-check';
import { expect, test } from 'vitest';
import { damaged, FUZZ, FUZZ_TIMEOUT } from '../testing/fuzz.ts';
import { ProjectFileError } from './parse-contents.ts';
import { filesOf, removeFiles, writeFile } from './project-files.ts';
import { ProjectIndex } from './project-index.ts';
import { packProject, unpackProject } from './project-zip.ts';
import { EMPTY_DATASET, EMPTY_SETTINGS } from './records.ts';

const NAME = 'project-fuzz-test';
const [original, copy] = ['fuzz-original', 'fuzz-copy'];
const picture = '0b2f6f5e-8d3a-4a39-9a55-0a1d3f0f8e11';
const hooks = { onProgress: () => undefined, signal: new AbortController().signal };
const info = (id: string) => ({ id, name: 'Leaves', changedAt: 1 });

async function countFiles(project: string): Promise<number> {
  const names: string[] = [];
  for await (const { name } of filesOf(project)) names.push(name);
  return names.length;
}

// Every try writes files: a hundredth of what a property in memory gets.
test(
  'any project file is opened as a whole, or nothing of it stays',
  async () => {
    const index = await ProjectIndex.open(NAME);
    try {
      await index.add(info(original), {
        dataset: { ...EMPTY_DATASET, classes: [{ id: 1, name: 'oak' }], order: [3], nextImage: 4 },
        settings: { ...EMPTY_SETTINGS, method: 'san' },
        images: [
          {
            ...{ id: 3, path: 'oak/3.png', width: 2, height: 1, classId: 1 },
            thumbnail: new Blob(['thumb'], { type: 'image/jpeg' }),
            file: { name: picture, hash: 'abc' },
          },
        ],
      });
      await writeFile(original, 'images', picture, new Blob(['pixels']).stream());
      const file = await packProject(index, info(original), hooks);
      const whole = new Uint8Array(await file.arrayBuffer());
      await fc.assert(
        fc.asyncProperty(damaged(whole), async (bytes) => {
          const opening = unpackProject(index, info(copy), new Blob([bytes]), hooks);
          const failure = await opening.then(
            () => null,
            (error: unknown) => error,
          );
          const listed = (await index.list()).map(({ id }) => id);
          if (failure === null) {
            expect(listed).toContain(copy);
            expect(await countFiles(copy)).toBeLessThanOrEqual(1);
          } else {
            expect(failure).toSatisfy(
              (error) => error instanceof ProjectFileError || error instanceof DOMException,
            );
            expect(listed).toEqual([original]);
            expect(await countFiles(copy)).toBe(0);
          }
          await index.remove(copy);
          await removeFiles(copy);
        }),
        FUZZ,
      );
    } finally {
      index.close();
      indexedDB.deleteDatabase(NAME);
      await removeFiles(original);
      await removeFiles(copy);
    }
  },
  FUZZ_TIMEOUT,
);
