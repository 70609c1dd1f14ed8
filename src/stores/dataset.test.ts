import { beforeEach, expect, test } from 'vitest';
import type { ImportItem } from '../protocol.ts';
import { FakeTrainer } from '../testing/fake-trainer.ts';
import { createDatasetStore, type DatasetStore } from './dataset.ts';

let trainer: FakeTrainer;
let held: Set<number>;
let store: DatasetStore;

beforeEach(() => {
  trainer = new FakeTrainer();
  held = new Set();
  store = createDatasetStore(trainer, { held: () => (id) => held.has(id) });
  trainer.subscribe((event) => store.getState().receive(event));
});

const files = (...paths: string[]): ImportItem[] =>
  paths.map((path) => ({ path, file: new Blob([path]) }));

const dataset = () => store.getState();

/** "oak: 2" for every class, in order. */
const summary = () =>
  dataset()
    .runClasses()
    .map(({ name, images }) => `${name}: ${images.length}`);

const classNamed = (name: string) => {
  const found = dataset().classes.find((entry) => entry.name === name);
  if (!found) throw new Error(`No class ${name}`);
  return found.id;
};

const released = () =>
  trainer.requests.flatMap(({ type, args }) =>
    type === 'images.release' && 'ids' in args ? args.ids : [],
  );

const ids = () => [...dataset().images.keys()];

async function leaves() {
  await dataset().importFiles(files('a/oak/1.png', 'a/oak/2.png', 'a/elm/1.png', 'a/elm/2.png'));
}

test('folders name classes, and a second import adds to them whatever their case', async () => {
  await leaves();
  await dataset().importFiles(files('b/OAK/3.png'));
  expect(summary()).toEqual(['oak: 3', 'elm: 2']);
  expect(dataset().missing()).toBeNull();
});

test('files dropped on a class go there, also when it is renamed while they arrive', async () => {
  await leaves();
  const oak = classNamed('oak');
  const importing = dataset().importFiles(files('x.png', 'y.png'), oak);
  dataset().renameClass(oak, 'English oak');
  await importing;
  expect(summary()).toEqual(['English oak: 4', 'elm: 2']);
});

test('loose files stay unsorted and out of the run', async () => {
  await leaves();
  await dataset().importFiles(files('loose.png'));
  expect(summary()).toEqual(['oak: 2', 'elm: 2']);
  expect(ids()).toHaveLength(5);
});

test('a failed import says why and leaves everything as it was', async () => {
  await leaves();
  trainer.failNext('images.import', 'bad-file', 'Expected a zip; the file ends early.');
  await dataset().importFiles(files('broken.zip'));
  expect(dataset().problem).toBe('Expected a zip; the file ends early.');
  expect(summary()).toEqual(['oak: 2', 'elm: 2']);
});

test('files that are not images are listed with their reason', async () => {
  await dataset().importFiles(files('oak/1.png', 'oak/notes.txt'));
  expect(dataset().rejected.map(({ path }) => path)).toEqual(['oak/notes.txt']);
  expect(summary()).toEqual(['oak: 1']);
});

test('a second import waits for the first', async () => {
  await Promise.all([leaves(), dataset().importFiles(files('b/elm/9.png'))]);
  expect(summary()).toEqual(['oak: 2', 'elm: 3']);
  expect(dataset().importing).toBeNull();
});

test.each([
  ['', 'A class needs a name.'],
  ['   ', 'A class needs a name.'],
  ['ELM', 'There is already a class “elm”.'],
  ['x'.repeat(81), 'A class name has at most 80 characters; this one has 81.'],
])('the class name %j is refused', async (name, reason) => {
  await leaves();
  expect(dataset().createClass(name)).toBe(reason);
  expect(dataset().renameClass(classNamed('oak'), name)).toBe(reason);
  expect(summary()).toEqual(['oak: 2', 'elm: 2']);
});

test('a class may change the case of its own name', async () => {
  await leaves();
  expect(dataset().renameClass(classNamed('oak'), ' Oak ')).toBeNull();
  expect(summary()).toEqual(['Oak: 2', 'elm: 2']);
});

test('every destructive change can be taken back', async () => {
  await leaves();
  const [oak, elm] = [classNamed('oak'), classNamed('elm')];
  const changes = [
    () => dataset().removeImages(ids().slice(0, 3)),
    () => dataset().deleteClass(oak),
    () => dataset().mergeClasses([oak], elm),
    () => dataset().moveImages(ids().slice(0, 1), elm),
    () => dataset().clear(),
  ];
  const before = dataset().runClasses();
  for (const change of changes) {
    change();
    expect(dataset().runClasses()).not.toEqual(before);
    dataset().takeBack();
    expect(dataset().runClasses()).toEqual(before);
  }
  expect(released()).toEqual([]);
});

test('taking a change back keeps what came after it', async () => {
  await leaves();
  dataset().deleteClass(classNamed('oak'));
  await dataset().importFiles(files('c/oak/7.png'));
  dataset().takeBack();
  expect(summary()).toEqual(['oak: 2', 'elm: 2', 'oak 2: 1']);
});

test('removed images leave the worker once the undo is gone', async () => {
  await leaves();
  const gone = ids().slice(0, 2);
  dataset().removeImages(gone);
  expect(released()).toEqual([]);
  dataset().forgetUndo();
  expect(released()).toEqual(gone);
  expect(dataset().find(gone[0] ?? 0)).toBeNull();
});

test('an image that a run shows stays until the run lets go of it', async () => {
  await leaves();
  const [first = 0, second = 0] = ids();
  held.add(first);
  dataset().removeImages([first, second]);
  dataset().forgetUndo();
  expect(released()).toEqual([second]);
  expect(dataset().find(first)?.id).toBe(first);
  held.clear();
  dataset().sweep();
  expect(released()).toEqual([second, first]);
});

test('a demo takes the place of the images, and its failure brings them back', async () => {
  await leaves();
  trainer.failNext('images.demo', 'internal', 'No.');
  expect(await dataset().loadDemo('leaves', 1, 3)).toBe(false);
  expect(summary()).toEqual(['oak: 2', 'elm: 2']);
  expect(await dataset().loadDemo('leaves', 1, 3)).toBe(true);
  expect(summary()).toEqual(['oak: 3', 'beech: 3', 'birch: 3', 'maple: 3']);
});

test('what is missing is said with the class it is missing from', async () => {
  expect(dataset().missing()).toMatch(/^Needs images/);
  await dataset().importFiles(files('oak/1.png', 'oak/2.png'));
  expect(dataset().missing()).toMatch(/at least two classes/);
  dataset().createClass('elm');
  expect(dataset().missing()).toBe('“elm” has no images: give it at least two or delete it.');
  await dataset().importFiles(files('elm/1.png'));
  expect(dataset().missing()).toBe('“elm” has one image: every class needs at least two.');
});
