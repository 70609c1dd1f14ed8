import { afterEach, beforeEach, expect, test } from 'vitest';
import { ProjectIndex } from './project-index.ts';
import { EMPTY_DATASET, EMPTY_SETTINGS, type ImageRecord } from './records.ts';

const NAME = 'project-index-test';
let index: ProjectIndex;

beforeEach(async () => {
  index = await ProjectIndex.open(NAME);
});

afterEach(() => {
  index.close();
  indexedDB.deleteDatabase(NAME);
});

const image = (id: number): ImageRecord => ({
  ...{ id, path: `${id}.png`, width: 1, height: 1, classId: null },
  thumbnail: new Blob([`thumb ${id}`]),
  file: { name: `file ${id}`, hash: null },
});

test('projects are listed by their last change, and each holds its own', async () => {
  await index.add({ id: 'a', name: 'Leaves', changedAt: 1 }, {});
  await index.add({ id: 'b', name: 'Birds', changedAt: 2 }, {});
  await index.save('a', { images: [image(1), image(10), image(2)] }, 3);
  await index.save('b', { images: [image(1)] }, 2);
  expect((await index.list()).map(({ name }) => name)).toEqual(['Leaves', 'Birds']);
  const { images, dataset, settings } = await index.load('a');
  expect(images.map(({ id }) => id)).toEqual([1, 2, 10]);
  expect(await images[0]?.thumbnail.text()).toBe('thumb 1');
  expect({ dataset, settings }).toEqual({ dataset: EMPTY_DATASET, settings: EMPTY_SETTINGS });
  await index.save('a', { imagesGone: [2] });
  expect((await index.load('a')).images.map(({ id }) => id)).toEqual([1, 10]);
  await index.remove('a');
  await index.save('a', { images: [image(5)] });
  expect((await index.load('a')).images).toEqual([]);
  expect((await index.load('b')).images).toHaveLength(1);
  await index.rename('b', 'Garden birds');
  expect(await index.list()).toEqual([{ id: 'b', name: 'Garden birds', changedAt: 2 }]);
});

test('of changes that cannot all be written, none is', async () => {
  await index.add({ id: 'a', name: 'Leaves', changedAt: 1 }, { images: [image(1)] });
  const unwritable = { ...EMPTY_SETTINGS, method: (() => 'no text') as unknown as string };
  const changes = { images: [image(2)], imagesGone: [1], settings: unwritable };
  await expect(index.save('a', changes)).rejects.toThrow();
  expect((await index.load('a')).images.map(({ id }) => id)).toEqual([1]);
  await index.save('a', { images: [image(3)] });
  expect((await index.load('a')).images.map(({ id }) => id)).toEqual([1, 3]);
});
