import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Failure, RunPlace } from '../protocol.ts';
import { FakeTrainer } from '../testing/fake-trainer.ts';
import { Recovery } from './recovery.ts';
import { createStudio, type Studio } from './studio.ts';

const lost: Failure = { code: 'device-lost', message: 'The graphics device was lost.' };
const full: Failure = { code: 'out-of-memory', message: 'The device has no memory left.' };
const place: RunPlace = { runId: 1, epoch: 1, step: 3 };

let trainer: FakeTrainer;
let studio: Studio;
let recovery: Recovery;
const restart = vi.fn();
/** How the next attempts to go on end: null where the run goes on. */
let outcomes: (Failure | null)[];
let halvings: (number | undefined)[];
let keptAt: RunPlace | null;

/** A page whose run is under way, in a project. */
beforeEach(async () => {
  restart.mockClear();
  [outcomes, halvings, keptAt] = [[], [], place];
  trainer = new FakeTrainer();
  studio = createStudio(trainer);
  await studio.connect();
  await expect.poll(() => studio.config.getState().backbone).not.toBeNull();
  const info = { id: 'a', name: 'A', changedAt: 0 };
  const reopen = () => Promise.resolve(keptAt);
  studio.project.setState({ status: { phase: 'open', info }, reopen });
  const goOn = (times?: number) => {
    halvings.push(times);
    const outcome = outcomes.shift() ?? null;
    if (outcome === null) studio.run.setState({ phase: 'training' });
    return Promise.resolve(outcome);
  };
  studio.run.setState({ phase: 'training', goOn });
  const { app, config, run, project } = studio;
  recovery = new Recovery({ trainer, backend: 'auto', restart, app, config, run, project });
});

afterEach(() => {
  recovery.stop();
  studio.dispose();
  vi.useRealTimers();
});

const failing = (error: Failure) => recovery.takes({ type: 'device.lost', error });
const phase = () => studio.run.getState().phase;

test('a lost device is brought back with its backbone, and the run goes on', async () => {
  trainer.requests.length = 0;
  expect(failing(lost)).toBe(true);
  expect(phase()).toBe('recovering');
  await expect.poll(phase).toBe('training');
  expect(restart).toHaveBeenCalledTimes(1);
  expect(trainer.requests.map(({ type }) => type)).toEqual(['hello', 'backbone.load']);
  expect(halvings).toEqual([0]);
  const [notice] = studio.app.getState().notices;
  expect(notice?.message).toBe('The graphics device was lost. The run goes on from step 3.');
});

test('what the lost worker still says of its run is not heard', async () => {
  failing(lost);
  expect(recovery.takes({ type: 'run.failed', runId: 1, error: lost, place })).toBe(true);
  await expect.poll(phase).toBe('training');
  expect(restart).toHaveBeenCalledTimes(1);
});

test('too little memory halves what a step takes, every time anew', async () => {
  outcomes = [full, null];
  expect(recovery.takes({ type: 'run.failed', runId: 1, error: full, place })).toBe(true);
  await expect.poll(phase).toBe('training');
  expect(halvings).toEqual([1, 2]);
});

test('three failures without a step in between stop with a diagnosis, and keep the run', async () => {
  outcomes = [lost, lost, lost];
  failing(lost);
  await expect.poll(phase).toBe('failed');
  expect(halvings).toHaveLength(2);
  const { failure, place: kept } = studio.run.getState();
  expect(failure?.message).toMatch(/^The training was lost 3 times in a row.* can be resumed\./);
  expect(kept).toEqual(place);
  recovery.forgetFailures();
  studio.run.setState({ phase: 'training' });
  failing(lost);
  await expect.poll(phase).toBe('training');
});

test('failures that a run comes further between never stop it', async () => {
  for (let step = 3; step < 9; step++) {
    keptAt = { ...place, step };
    failing(lost);
    await expect.poll(phase).toBe('training');
  }
  expect(restart).toHaveBeenCalledTimes(6);
});

test('a worker that does not start is given more time twice, then the page says so', async () => {
  vi.useFakeTimers();
  const request = vi.spyOn(trainer, 'request').mockReturnValue(new Promise(() => undefined));
  failing(lost);
  await vi.advanceTimersByTimeAsync(20_000 + 40_000 + 59_000);
  expect(phase()).toBe('recovering');
  await vi.advanceTimersByTimeAsync(1000);
  expect(restart).toHaveBeenCalledTimes(3);
  expect(request).toHaveBeenCalledTimes(3);
  expect(phase()).toBe('failed');
  expect(studio.app.getState().connection).toMatchObject({ phase: 'failed' });
});

test('an ordinary failure, and any without a project, are left to the page', () => {
  const error: Failure = { code: 'not-finite', message: 'The loss was NaN.' };
  expect(recovery.takes({ type: 'run.failed', runId: 1, error, place })).toBe(false);
  studio.project.setState({ status: { phase: 'off', reason: null } });
  expect(failing(lost)).toBe(false);
  expect(restart).not.toHaveBeenCalled();
});

test('a device that says nothing for far longer than it ever did is taken for lost', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'performance'] });
  recovery.stop();
  const { app, config, run, project } = studio;
  recovery = new Recovery({ trainer, backend: 'auto', restart, app, config, run, project });
  const status = {
    runId: 1,
    phase: 'training',
    step: 1,
    totalSteps: 9,
    imagesPerSecond: 1,
    secondsLeft: 1,
    deviceBytes: 1,
    preparation: null,
  } as const;
  for (let sign = 0; sign < 6; sign++) {
    vi.advanceTimersByTime(1000);
    recovery.takes({ type: 'run.status', status });
  }
  vi.advanceTimersByTime(55_000);
  expect(restart).not.toHaveBeenCalled();
  vi.advanceTimersByTime(6000);
  await expect.poll(() => restart.mock.calls.length).toBe(1);
  await expect.poll(phase).toBe('training');
  const [notice] = studio.app.getState().notices;
  expect(notice?.message).toMatch(/^The device hangs: nothing was heard of it for 60 seconds/);
});
