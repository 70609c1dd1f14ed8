import { describe, expect, test } from 'vitest';
import { TrainerError, type Trainer } from '../client/trainer-client.ts';
import type { Evaluation, RunConfig, RunResult, RunStart, RunStatus } from '../protocol.ts';
import { createRunStore, isRunning } from './run.ts';

const config: RunConfig = { method: 'san', methodOptions: {}, training: {}, classes: [] };

function start(runId: number): RunStart {
  return {
    runId,
    method: 'san',
    backbone: 'ViT',
    totalEpochs: 2,
    stepsPerEpoch: 2,
    stepOnDevice: { batchSize: 16, accumulation: 1, recomputes: false, bytes: 133e6 },
    trainImages: [1],
    validationImages: [2],
    classes: ['a', 'b'],
    trainableParameters: 1,
    totalParameters: 10,
    adapterBytes: 4_000,
    extraCost: 0,
    scaleSites: [],
  };
}

const status = (runId: number, phase: RunStatus['phase']): RunStatus => ({
  runId,
  phase,
  step: 1,
  totalSteps: 4,
  imagesPerSecond: 10,
  secondsLeft: 3,
  deviceBytes: 100,
  preparation: null,
});

const evaluation: Evaluation = {
  mode: 'both',
  strength: 1,
  images: [2],
  labels: Int32Array.of(0),
  probabilities: Float32Array.of(0.9, 0.1),
  loss: 0.1,
  accuracy: 1,
};

const result = (runId: number): RunResult => ({
  runId,
  end: 'completed',
  bestEpoch: 1,
  bestValidationAccuracy: 1,
  evaluation,
  modes: null,
  seconds: 2,
  imagesPerSecond: 20,
});

const step = (index: number) => ({
  step: index,
  loss: 1 / index,
  accuracy: 0.5,
  learningRate: 1e-3,
  gradientNorm: 1,
});

const epoch = (index: number, best: boolean) => ({
  epoch: index,
  step: index * 2,
  trainLoss: 1,
  trainAccuracy: 0.5,
  validationLoss: 1,
  validationAccuracy: 0.5,
  seconds: 1,
  best,
  modes: null,
});

/** A store over a trainer that answers as told, with updates flushed by hand. */
function harness(answers: { start?: () => Promise<RunStart>; open?: () => Promise<null> } = {}) {
  const asked: string[] = [];
  let runs = 0;
  let flushes: (() => void)[] = [];
  const trainer: Trainer = {
    async request(type) {
      asked.push(type);
      if (type === 'run.start') return await (answers.start?.() ?? start(++runs));
      if (type === 'run.forget') return null;
      if (type === 'run.open') return await (answers.open?.() ?? null);
      throw new TrainerError({ code: 'not-ready', message: 'Nothing is training.' });
    },
    subscribe: () => () => {},
  };
  const store = createRunStore(trainer, (flush) => flushes.push(flush));
  const flush = () => {
    const due = flushes;
    flushes = [];
    for (const run of due) run();
  };
  return { store, flush, asked, waiting: () => flushes.length };
}

async function trained(answers: Parameters<typeof harness>[0] = {}) {
  const page = harness(answers);
  await page.store.getState().begin(config);
  page.store.getState().receive({ type: 'run.steps', runId: 1, steps: [step(1), step(2)] });
  page.store.getState().receive({ type: 'run.epoch', runId: 1, epoch: epoch(1, true) });
  page.store.getState().receive({ type: 'run.finished', result: result(1) });
  page.flush();
  return page;
}

describe('a run', () => {
  test('gathers its events in one update a frame', async () => {
    const { store, flush, waiting } = harness();
    await store.getState().begin(config);
    let updates = 0;
    store.subscribe(() => updates++);
    const { receive } = store.getState();
    receive({ type: 'run.status', status: status(1, 'training') });
    receive({ type: 'run.steps', runId: 1, steps: [step(1), step(2)] });
    receive({ type: 'run.steps', runId: 1, steps: [step(3)] });
    receive({ type: 'run.scales', runId: 1, frame: { step: 3, values: Float32Array.of(1) } });
    expect([updates, waiting()]).toEqual([0, 1]);
    flush();
    expect(updates).toBe(1);
    const state = store.getState();
    expect(state.phase).toBe('training');
    expect(state.steps.map((record) => record.step)).toEqual([1, 2, 3]);
    expect(state.frames).toHaveLength(1);
  });

  test('marks only the last best epoch', async () => {
    const { store, flush } = harness();
    await store.getState().begin(config);
    for (const [index, best] of [true, false, true].entries()) {
      store.getState().receive({ type: 'run.epoch', runId: 1, epoch: epoch(index + 1, best) });
    }
    flush();
    expect(store.getState().epochs.map(({ best }) => best)).toEqual([false, false, true]);
  });

  test('finishes into the list of runs, and is forgotten on request', async () => {
    const { store } = await trained();
    const { phase, finished, forget } = store.getState();
    expect(phase).toBe('finished');
    expect(finished.map((run) => [run.start.runId, run.steps.length])).toEqual([[1, 2]]);
    forget(1);
    expect(store.getState().finished).toEqual([]);
  });

  test('ignores events of another run', async () => {
    const { store, flush } = harness();
    await store.getState().begin(config);
    store.getState().receive({ type: 'run.steps', runId: 7, steps: [step(1)] });
    store.getState().receive({ type: 'run.finished', result: result(7) });
    flush();
    expect(store.getState().steps).toEqual([]);
    expect(store.getState().result).toBeNull();
  });
});

describe('finished runs', () => {
  /** Two of them; the second is the present one. */
  async function two(answers: Parameters<typeof harness>[0] = {}) {
    const page = await trained(answers);
    await page.store.getState().begin({ ...config, method: 'linear' });
    page.store.getState().receive({ type: 'run.finished', result: result(2) });
    page.flush();
    return page;
  }

  test('one is opened again with all that it showed', async () => {
    const { store } = await two();
    expect(store.getState()).toMatchObject({ opened: 2, steps: [] });
    const opening = store.getState().open(1);
    expect(store.getState().opening).toBe(1);
    await opening;
    const state = store.getState();
    expect(state).toMatchObject({ opened: 1, opening: null, phase: 'finished', config });
    expect(state.start?.runId).toBe(1);
    expect(state.steps).toHaveLength(2);
    expect(state.result?.runId).toBe(1);
  });

  test('one that cannot be opened leaves the one that is', async () => {
    const gone = new TrainerError({ code: 'not-ready', message: 'Its weights are not kept.' });
    const { store } = await two({ open: () => Promise.reject(gone) });
    await store.getState().open(1);
    const state = store.getState();
    expect(state).toMatchObject({ opened: 2, opening: null });
    expect(state.start?.runId).toBe(2);
    expect(state.failure?.message).toBe('Its weights are not kept.');
  });

  test('a run that is asked for while one is being opened begins after that', async () => {
    let opened = () => {};
    const { store, asked } = await two({
      open: () => new Promise((resolve) => (opened = () => resolve(null))),
    });
    const opening = store.getState().open(1);
    const beginning = store.getState().begin(config);
    await Promise.resolve();
    expect(asked.at(-1)).toBe('run.open');
    opened();
    await Promise.all([opening, beginning]);
    expect(asked.at(-1)).toBe('run.start');
    expect(store.getState()).toMatchObject({ phase: 'preparing', opened: 1 });
  });

  test('removing one frees it, and clears the page if it was the open one', async () => {
    const { store, asked } = await two();
    await store.getState().remove(1);
    expect(asked.at(-1)).toBe('run.forget');
    expect(store.getState()).toMatchObject({ opened: 2, phase: 'finished' });
    await store.getState().remove(2);
    expect(store.getState()).toMatchObject({ opened: null, phase: 'idle', start: null });
    expect(store.getState().finished).toEqual([]);
  });

  test('one that had to make room stays to be compared', async () => {
    const { store, flush } = await two();
    store.getState().receive({ type: 'runs.dropped', runIds: [1] });
    flush();
    expect(store.getState().finished.map(({ kept }) => kept)).toEqual([false, true]);
  });

  test('a trial is neither listed nor opened', async () => {
    const { store, flush } = await trained();
    await store.getState().begin(config, true);
    store.getState().receive({ type: 'run.finished', result: result(2) });
    flush();
    const { phase, opened, finished, result: judged } = store.getState();
    expect([phase, opened, finished.length, judged?.runId]).toEqual(['finished', 1, 1, 2]);
  });
});

describe('failures', () => {
  test('a start that is refused leaves what the earlier run showed', async () => {
    let refuse = false;
    const page = harness({
      start: () =>
        refuse
          ? Promise.reject(new TrainerError({ code: 'bad-dataset', message: 'Too few images.' }))
          : Promise.resolve(start(1)),
    });
    await page.store.getState().begin(config);
    page.store.getState().receive({ type: 'run.steps', runId: 1, steps: [step(1)] });
    page.store.getState().receive({ type: 'run.finished', result: result(1) });
    page.flush();
    refuse = true;
    await page.store.getState().begin(config);
    const state = page.store.getState();
    expect(state.phase).toBe('failed');
    expect(state.failure).toEqual({ code: 'bad-dataset', message: 'Too few images.' });
    expect(state.steps).toHaveLength(1);
    expect(state.result?.runId).toBe(1);
  });

  test('a run that fails half-way keeps its curve and the earlier runs', async () => {
    const { store, flush } = await trained();
    await store.getState().begin(config);
    store.getState().receive({ type: 'run.steps', runId: 2, steps: [step(1)] });
    const error = { code: 'not-finite', message: 'The loss became NaN at step 2.' } as const;
    store.getState().receive({ type: 'run.failed', runId: 2, error, place: null });
    flush();
    const state = store.getState();
    expect([state.phase, state.steps.length, state.finished.length]).toEqual(['failed', 1, 1]);
    expect(state.failure).toEqual(error);
    state.dismissFailure();
    expect(store.getState().failure).toBeNull();
  });

  test('a lost device ends a run, and means nothing to an idle page', async () => {
    const { store, flush } = harness();
    const lost = { type: 'device.lost', error: { code: 'device-lost', message: 'Lost.' } } as const;
    store.getState().receive(lost);
    flush();
    expect(store.getState().phase).toBe('idle');
    await store.getState().begin(config);
    store.getState().receive(lost);
    flush();
    expect(store.getState().phase).toBe('failed');
  });

  test('a refused pause is said, and the run goes on', async () => {
    const { store, flush, asked } = harness();
    await store.getState().begin(config);
    store.getState().receive({ type: 'run.status', status: status(1, 'training') });
    flush();
    await store.getState().pause();
    expect(asked).toContain('run.pause');
    expect(isRunning(store.getState().phase)).toBe(true);
    expect(store.getState().failure?.message).toBe('Nothing is training.');
  });
});

describe('a run that was interrupted', () => {
  const unfinished = { runId: 4, name: 'SAN · seed 1', config };
  const place = { runId: 4, epoch: 2, step: 3 };

  /** A page that was loaded anew, over a worker that answers as told. */
  function reloaded(answer: () => Promise<object>) {
    const asked: object[] = [];
    const trainer: Trainer = {
      async request(type, args) {
        asked.push({ type, ...args });
        // The only request these tests make is answered as they say.
        return (await answer()) as never;
      },
      subscribe: () => () => {},
    };
    const store = createRunStore(trainer, (flush) => flush());
    store.getState().restore([], unfinished, place);
    return { store, asked };
  }

  test('goes on with what it had told, and is listed once it ends', async () => {
    const told = { steps: [step(1), step(2), step(3)], epochs: [epoch(1, true)], frames: [] };
    const { store, asked } = reloaded(() => Promise.resolve({ start: start(4), ...told }));
    expect(await store.getState().goOn()).toBeNull();
    expect(asked).toEqual([{ type: 'run.continue', runId: 4, backbone: undefined, halvings: 0 }]);
    const { phase, steps, epochs, name } = store.getState();
    expect([phase, steps.length, epochs.length, name]).toEqual([
      'preparing',
      3,
      1,
      unfinished.name,
    ]);
    store.getState().receive({ type: 'run.finished', result: result(4) });
    expect(store.getState()).toMatchObject({ phase: 'finished', unfinished: null, place: null });
    expect(store.getState().finished).toHaveLength(1);
  });

  test('waits on where it cannot go on', async () => {
    const failure = { code: 'network', message: 'The backbone could not be fetched.' } as const;
    const { store } = reloaded(() => Promise.reject(new TrainerError(failure)));
    expect(await store.getState().goOn()).toEqual(failure);
    expect(store.getState()).toMatchObject({ phase: 'failed', failure, unfinished, place });
  });

  test('is given up when that is asked for, and when it was stopped before it learned', () => {
    const { store } = reloaded(() => Promise.resolve({}));
    store.getState().discard();
    expect(store.getState()).toMatchObject({ unfinished: null, place: null });
    store.setState({ phase: 'preparing', unfinished });
    const error = { code: 'cancelled', message: 'Stopped.' } as const;
    store.getState().receive({ type: 'run.failed', runId: 4, error, place });
    expect(store.getState()).toMatchObject({ phase: 'failed', unfinished: null, place: null });
  });
});
