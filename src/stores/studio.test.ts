import { beforeEach, expect, test } from 'vitest';
import { FakeTrainer } from '../testing/fake-trainer.ts';
import { trainingValues } from './config.ts';
import { createStudio, type Studio } from './studio.ts';

let trainer: FakeTrainer;
let studio: Studio;

beforeEach(async () => {
  trainer = new FakeTrainer({ tick: 1 });
  studio = createStudio(trainer);
  await studio.connect();
});

const sent = (type: string) => trainer.requests.filter((request) => request.type === type);

test('connecting fills the catalog, chooses the first method and opens the first backbone', async () => {
  expect(studio.app.getState().connection).toMatchObject({ phase: 'ready' });
  expect(studio.config.getState().method).toBe('san');
  await expect.poll(() => studio.config.getState().backbone?.name).toBe('vit_tiny6_patch16_128');
  expect(studio.missing()).toMatch(/^Needs images/);
});

test('the demo loads, opens and trains at one call', async () => {
  await studio.tryDemo();
  expect(studio.run.getState().phase).not.toBe('idle');
  expect(sent('run.start')[0]?.args).toMatchObject({
    config: {
      method: 'san',
      training: { epochs: 20, learningRate: 0.005, validationShare: 0.25 },
      methodOptions: { propagation: 'reference', shift: false },
    },
  });
  expect(studio.dataset.getState().classes.map(({ name }) => name)).toContain('scratch');
  await studio.run.getState().stop();
});

test('what a demo task suggests goes with its images, and the person has the last word', async () => {
  const share = () =>
    trainingValues(studio.catalog.getState(), studio.config.getState())['validationShare'];
  await studio.loadDemo('surface');
  expect(share()).toBe(0.25);
  studio.config.getState().setTraining('validationShare', 0.4);
  expect(share()).toBe(0.4);
  studio.config.getState().resetTraining();
  studio.dataset.getState().clear();
  expect(share()).toBe(0.2);
});

test('the demo asks before it replaces images, and a no changes nothing', async () => {
  const oak = [{ path: 'oak/1.png', file: new Blob(['x']) }];
  await studio.dataset.getState().importFiles(oak);
  const trying = studio.tryDemo();
  await expect.poll(() => studio.app.getState().question?.title).toBe('Replace your images?');
  studio.app.getState().question?.answer(false);
  await trying;
  expect(studio.dataset.getState().images.size).toBe(1);
  expect(sent('run.start')).toEqual([]);
});

test('pressing the demo twice is pressing it once', async () => {
  await Promise.all([studio.tryDemo(), studio.tryDemo()]);
  expect(sent('images.demo')).toHaveLength(1);
  expect(sent('run.start')).toHaveLength(1);
  await studio.run.getState().stop();
});

test('images removed during a run leave the worker after the next one has begun', async () => {
  await studio.tryDemo();
  await expect.poll(() => studio.run.getState().start).not.toBeNull();
  const [gone = 0] = studio.run.getState().start?.trainImages ?? [];
  studio.dataset.getState().removeImages([gone]);
  studio.dataset.getState().forgetUndo();
  await studio.run.getState().stop();
  await expect.poll(() => studio.run.getState().phase).toBe('finished');
  expect(sent('images.release')).toEqual([]);
  expect(studio.dataset.getState().find(gone)?.id).toBe(gone);
  await studio.startRun();
  await studio.run.getState().stop();
  await expect.poll(() => sent('images.release')).toHaveLength(1);
});

test('images a listed run is judged by stay until it is removed', async () => {
  await studio.tryDemo();
  await expect.poll(() => studio.run.getState().start).not.toBeNull();
  await studio.run.getState().stop();
  await expect.poll(() => studio.run.getState().finished).toHaveLength(1);
  const first = studio.run.getState().start;
  const [shown = 0] = first?.validationImages ?? [];
  studio.dataset.getState().removeImages([shown]);
  studio.dataset.getState().forgetUndo();
  await studio.startRun();
  await studio.run.getState().stop();
  await expect.poll(() => studio.run.getState().finished).toHaveLength(2);
  expect(sent('images.release')).toEqual([]);
  await studio.run.getState().remove(first?.runId ?? 0);
  expect(sent('images.release').map(({ args }) => args)).toEqual([{ ids: [shown] }]);
});

test('a run does not start while something is missing', async () => {
  await studio.startRun();
  expect(sent('run.start')).toEqual([]);
});

test('a device that cannot be had is said, and asking again may work', async () => {
  trainer.failNext('hello', 'internal', 'The training worker could not be started.');
  await studio.connect();
  expect(studio.app.getState().connection).toEqual({
    phase: 'failed',
    message: 'The training worker could not be started.',
  });
  await studio.connect();
  expect(studio.app.getState().connection.phase).toBe('ready');
});

test('a model opened while images are read waits for them, to be judged by them', async () => {
  const reading = studio.dataset
    .getState()
    .importFiles([{ path: 'oak/1.png', file: new Blob(['x']) }]);
  const opening = studio.results.getState().importModel({ name: 'a.zip', file: new Blob(['x']) });
  await expect.poll(() => studio.dataset.getState().importing).not.toBeNull();
  expect(studio.results.getState().importing).not.toBeNull();
  expect(sent('model.import')).toEqual([]);
  await Promise.all([reading, opening]);
  expect(sent('model.import')).toHaveLength(1);
});
