import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeTrainer } from '../testing/fake-trainer.ts';
import { createStudio, type Studio } from './studio.ts';

let trainer: FakeTrainer;
let studio: Studio;

beforeEach(async () => {
  trainer = new FakeTrainer({ tick: 0 });
  studio = createStudio(trainer);
  await studio.connect();
  await studio.loadDemo('surface');
  studio.config.getState().setTraining('epochs', 1);
  await studio.config.getState().opened();
});
afterEach(() => studio.dispose());

const sent = (type: string) => trainer.requests.filter((request) => request.type === type);
const race = () => studio.race.getState();
const choose = (methods: string[], seeds = 1, tune = false) =>
  race().choose({ methods, seeds, tune });
const running = (runs: number) => expect.poll(() => sent('run.start').length).toBe(runs);
const training = (method: string) =>
  expect.poll(() => studio.run.getState().start?.method).toBe(method);

test('says what keeps it from starting', async () => {
  expect(race().missing()).toBe('Choose at least two methods to compare; got 0.');
  choose(['linear', 'san'], 9);
  expect(race().choice.methods).toEqual(['san', 'linear']);
  expect(race().missing()).toBe('A race takes 1 … 5 seeds; got 9.');
  choose(['linear', 'san']);
  expect(race().missing()).toBeNull();
  studio.config.getState().setTraining('epochs', 0);
  expect(race().missing()).toMatch(/^Epochs must be/);
  studio.config.getState().setTraining('epochs', 1);
  await studio.startRun();
  expect(race().missing()).toBe('Stop the training first.');
  await race().start();
  expect(sent('run.start')).toHaveLength(1);
});

test('trains every method and lands its runs on the list', async () => {
  studio.config.getState().setTraining('learningRate', 0.07);
  choose(['san', 'linear'], 2);
  await race().start();
  expect(race()).toMatchObject({ phase: 'finished', failure: null });
  const { finished, opened } = studio.run.getState();
  expect(finished.map(({ start }) => start.method)).toEqual(['san', 'linear', 'san', 'linear']);
  expect(race().entries.map(({ runId }) => runId)).toEqual(
    finished.map(({ start }) => start.runId),
  );
  expect(opened).toBe(finished.at(-1)?.start.runId);
  const images = finished.map(({ result }) => result.evaluation.images);
  for (const other of images) expect(other).toEqual(images[0]);
  const rates = finished.map(({ config }) => config.training['learningRate']);
  expect(rates).toEqual([0.005, 0.01, 0.005, 0.01]);
  expect(race().rows.map(({ perSeed }) => perSeed.length)).toEqual([2, 2]);
  race().clear();
  expect(race()).toMatchObject({ phase: 'idle', entries: [], rows: [] });
});

test('tuning runs are neither listed nor opened', async () => {
  choose(['san', 'linear'], 1, true);
  await race().start();
  expect(race().tuning).toHaveLength(10);
  expect(race().tuning.filter(({ chosen }) => chosen)).toHaveLength(2);
  expect(studio.run.getState().finished).toHaveLength(2);
  expect(studio.results.getState().judged?.start.method).toBe('linear');
});

test('nothing else trains meanwhile, and removed images stay until it has ended', async () => {
  choose(['san', 'linear']);
  const racing = race().start();
  await running(1);
  expect(studio.missing()).toMatch(/^Methods are being compared/);
  expect(race().missing()).toBe('The methods are being compared already.');
  await studio.tryDemo();
  studio.dataset.getState().clear();
  studio.dataset.getState().forgetUndo();
  await running(2);
  expect(sent('images.release')).toEqual([]);
  await racing;
  expect(race().phase).toBe('finished');
  const { finished, remove } = studio.run.getState();
  for (const { start } of finished) await remove(start.runId);
  expect(sent('images.release')).not.toEqual([]);
});

test('a run that waits to go on is not given up unasked', async () => {
  const place = { runId: 7, epoch: 1, step: 3 };
  studio.run.setState({ place });
  choose(['san', 'linear']);
  const answer = async (yes: boolean) => {
    const racing = race().start();
    await expect.poll(() => studio.app.getState().question?.title).toMatch(/interrupted run/);
    studio.app.getState().question?.answer(yes);
    await racing;
  };
  await answer(false);
  expect(race().phase).toBe('idle');
  expect(studio.run.getState().place).toEqual(place);
  expect(sent('run.start')).toEqual([]);
  await answer(true);
  expect(race().phase).toBe('finished');
  expect(studio.run.getState().place).toBeNull();
});

test('a stop ends the run and the race', async () => {
  studio.config.getState().setTraining('epochs', 200);
  choose(['san', 'linear']);
  const racing = race().start();
  await running(1);
  await race().stop();
  await racing;
  expect(race().phase).toBe('stopped');
  expect(race().entries.map(({ state }) => state)).toEqual(['stopped', 'stopped']);
  expect(sent('run.start')).toHaveLength(1);
  expect(studio.missing()).toBeNull();
  studio.config.getState().setTraining('epochs', 1);
  await race().start();
  expect(race().phase).toBe('finished');
});

test('a run that fails does not end it; a lost device does, with a sentence', async () => {
  studio.config.getState().setTraining('epochs', 200);
  choose(['san', 'linear', 'full']);
  const racing = race().start();
  await training('san');
  trainer.failRun('not-finite', 'The loss became NaN.');
  await training('linear');
  trainer.failRun('device-lost', 'The graphics device was lost.');
  await racing;
  expect(race().phase).toBe('stopped');
  expect(race().failure?.message).toBe('The graphics device was lost.');
  expect(race().entries.map(({ state }) => state)).toEqual(['failed', 'failed', 'stopped']);
  expect(studio.run.getState().finished).toEqual([]);
});
