import { beforeEach, expect, test } from 'vitest';
import { FakeTrainer } from '../testing/fake-trainer.ts';
import { changesBetween, keptState, NOTHING_KEPT, type KeptState } from './kept-state.ts';
import { createStudio, type Studio } from './studio.ts';

let trainer: FakeTrainer;
let studio: Studio;
const nothingToReopen = { backbone: null, run: null };
const state = (earlier: KeptState = NOTHING_KEPT) => keptState(studio, earlier, nothingToReopen);

beforeEach(async () => {
  trainer = new FakeTrainer({ tick: 1 });
  studio = createStudio(trainer);
  await studio.connect();
  await expect.poll(() => studio.config.getState().backbone).not.toBeNull();
  const nothing = { images: [], runs: [], nextImage: 1, unfinished: null, nextRun: 1 };
  await trainer.request('project.open', { project: 'a', ...nothing });
  const oak = (index: number) => ({ path: `oak/${index}.png`, file: new Blob([`${index}`]) });
  await studio.dataset.getState().importFiles([1, 2, 3].map(oak));
});

test('what was not kept before is a change, and what was is none', () => {
  const first = state();
  const changes = changesBetween(NOTHING_KEPT, first);
  expect(changes?.images?.map(({ path }) => path)).toEqual(['oak/1.png', 'oak/2.png', 'oak/3.png']);
  expect(changes?.dataset).toMatchObject({ order: [1, 2, 3], nextImage: 4 });
  expect(changes?.backbones?.[0]?.source).toMatchObject({ kind: 'bundled' });
  expect(changes?.settings).toMatchObject({ method: 'san', nextRun: 1 });
  expect(changesBetween(first, state(first))).toBeNull();
});

test('a removed image stays while it can be taken back, and its number is never given again', () => {
  const before = state();
  studio.dataset.getState().removeImages([3]);
  const removed = state(before);
  expect(removed.images.has(3)).toBe(true);
  expect(removed.dataset).toMatchObject({ order: [1, 2], nextImage: 4 });
  studio.dataset.getState().forgetUndo();
  const swept = state(removed);
  expect(swept.dataset.nextImage).toBe(4);
  expect(changesBetween(removed, swept)).toMatchObject({ imagesGone: [3], images: [] });
});

test('a moved image and a changed setting are all that is written of it', () => {
  const before = state();
  studio.dataset.getState().createClass('elm');
  studio.dataset.getState().moveImages([2], 2);
  studio.config.getState().setTraining('epochs', 7);
  const changes = changesBetween(before, state(before));
  expect(changes?.images?.map(({ id, classId }) => [id, classId])).toEqual([[2, 2]]);
  expect(changes?.settings?.touchedTraining).toEqual({ epochs: 7 });
  expect(changes?.backbones).toEqual([]);
});

test('what is still to be opened again counts as open', () => {
  studio.config.setState({ backbone: null, sources: {} });
  const reopening = { backbone: 'abc', run: 4 };
  const { settings } = keptState(studio, NOTHING_KEPT, reopening);
  expect(settings).toMatchObject({ backbone: 'abc', opened: 4 });
});
