import { beforeEach, expect, test } from 'vitest';
import type { ImageInfo, RunClass } from '../protocol.ts';
import { FakeTrainer } from '../testing/fake-trainer.ts';
import { hasOtherLabels } from './dataset-contents.ts';
import { createDatasetStore, type DatasetStore } from './dataset.ts';
import { alikeWords } from './look-alikes.ts';

let store: DatasetStore;

beforeEach(() => {
  store = createDatasetStore(new FakeTrainer());
});

const image = (id: number, className: string, seen: Partial<ImageInfo> = {}): ImageInfo => ({
  id,
  path: `${className}/${id}.png`,
  className,
  width: 96,
  height: 96,
  thumbnail: new Blob([]),
  ...seen,
});

/** Lets images arrive as the worker hands them on. */
async function arrive(...images: ImageInfo[]): Promise<void> {
  store.getState().receive({ type: 'images.added', images });
  await expect.poll(() => store.getState().images.size).toBe(images.length);
}

const words = () => alikeWords(store.getState());
const classes = (): readonly RunClass[] => store.getState().runClasses();

test('near-duplicates of a class stay together in a run, and are told', async () => {
  await arrive(
    ...[image(1, 'oak'), image(2, 'oak', { alike: [1] }), image(3, 'oak')],
    ...[image(4, 'elm'), image(5, 'elm')],
  );
  expect(classes()).toEqual([
    { name: 'oak', images: [1, 2, 3], groups: [[1, 2]] },
    { name: 'elm', images: [4, 5] },
  ]);
  expect(words()).toBe(
    '2 images look almost the same as another. Each such group stays on one side, for training or for validation, so that the accuracy is not flattered.',
  );
  store.getState().removeImages([2]);
  expect(words()).toBeNull();
});

test('a class that is one burst is told to flatter', async () => {
  await arrive(
    ...[image(1, 'oak'), image(2, 'oak', { alike: [1] }), image(3, 'oak', { alike: [2] })],
    ...[image(4, 'elm'), image(5, 'elm')],
  );
  expect(words()).toMatch(/^All images of “oak” look almost the same and had to be divided/);
});

test('a near-duplicate in another class is told, and holds nothing together', async () => {
  await arrive(
    ...[image(1, 'oak'), image(2, 'oak')],
    ...[image(3, 'elm', { alike: [1] }), image(4, 'elm')],
  );
  expect(words()).toBe(
    '1 image looks almost the same as one of another class: one of the two may be in the wrong class.',
  );
  expect(classes().every(({ groups }) => groups === undefined)).toBe(true);
});

test('one picture everywhere is refused before the start', async () => {
  const same = (id: number, className: string) => image(id, className, { look: 'ab' });
  await arrive(same(1, 'oak'), same(2, 'oak'), same(3, 'elm'), same(4, 'elm'));
  expect(store.getState().missing()).toBe(
    'All 4 images show the same picture: nothing tells the classes apart.',
  );
  store.getState().receive({ type: 'images.added', images: [image(5, 'elm', { look: 'cd' })] });
  await expect.poll(() => store.getState().missing()).toBeNull();
});

test('labels that change under a run are noticed, new images are no change of them', async () => {
  await arrive(image(1, 'oak'), image(2, 'oak'), image(3, 'elm'), image(4, 'elm'));
  const run = classes();
  const changed = () => hasOtherLabels(run, store.getState());
  const [oak, elm] = store.getState().classes;
  if (!oak || !elm) throw new Error('Two classes must be there.');
  expect(changed()).toBe(false);
  const changes = [
    () => store.getState().moveImages([1], elm.id),
    () => store.getState().removeImages([2]),
    () => store.getState().deleteClass(elm.id),
  ];
  for (const change of changes) {
    change();
    expect(changed()).toBe(true);
    store.getState().takeBack();
    expect(changed()).toBe(false);
  }
  store.getState().renameClass(oak.id, 'beech');
  expect(changed()).toBe(true);
});
