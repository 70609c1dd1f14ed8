import { describe, expect, test } from 'vitest';
import { withValidation } from '../lib/split.ts';
import type { ErrorCode, MethodInfo, RunConfig, RunEnd, RunResult, RunStart } from '../protocol.ts';
import { racePlanProblem, ratesToTry, type RacePlan } from './race-plan.ts';
import { runRace, type RaceProgress, type TrainRun } from './race-runner.ts';
import { TrainerError } from './trainer-client.ts';

const info = (name: string): MethodInfo => ({
  name,
  label: name.toUpperCase(),
  summary: '',
  fields: [],
  trainingDefaults: {},
  hasScales: false,
  foldsAway: true,
  order: 1,
});

const training = { epochs: 12, batchSize: 8, seed: 3, validationShare: 0.5, compareModes: true };
const method = (name: string, learningRate: number) => ({
  info: info(name),
  options: { rank: 2 },
  training: { ...training, learningRate },
});

const range = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => from + index);

const plan: RacePlan = {
  methods: [method('san', 0.005), method('full', 1e-4)],
  classes: [
    { name: 'oak', images: range(0, 40) },
    { name: 'ash', images: range(40, 80) },
  ],
  backbone: 'cafe',
  seeds: 2,
  firstSeed: 3,
  validationShare: 0.5,
  tune: false,
};

interface Call {
  readonly config: RunConfig;
  readonly trial: boolean;
}

interface Answer {
  /** Share of the validation images that are classified rightly. */
  readonly accuracy?: number;
  readonly end?: RunEnd;
  readonly fails?: ErrorCode;
}

/** Trains nothing: every run ends as `answer` says. */
function trainer(answer: (call: Call, index: number) => Answer | undefined) {
  const calls: Call[] = [];
  const train: TrainRun = (config, { trial, onStart }) => {
    const call = { config, trial };
    calls.push(call);
    const { accuracy = 0.5, end = 'completed', fails } = answer(call, calls.length - 1) ?? {};
    const start = startOf(calls.length, config);
    onStart(start);
    if (fails) return Promise.reject(new TrainerError({ code: fails, message: `It ${fails}.` }));
    return Promise.resolve({ start, result: resultOf(start, config, accuracy, end) });
  };
  return { calls, train };
}

function startOf(runId: number, { method: name, classes }: RunConfig): RunStart {
  return {
    runId,
    method: name,
    backbone: 'ViT',
    totalEpochs: 12,
    stepsPerEpoch: 1,
    stepOnDevice: { batchSize: 16, accumulation: 1, recomputes: false, bytes: 133e6 },
    trainImages: classes.flatMap(({ images }) => images),
    validationImages: classes.flatMap(({ validation }) => validation ?? []),
    classes: classes.map((entry) => entry.name),
    trainableParameters: 10,
    totalParameters: 1000,
    adapterBytes: 400,
    extraCost: 0,
    scaleSites: [],
  };
}

function resultOf(start: RunStart, config: RunConfig, share: number, end: RunEnd): RunResult {
  const labels = config.classes.flatMap(({ validation }, label) =>
    (validation ?? []).map(() => label),
  );
  const right = Math.round(share * labels.length);
  const probabilities = labels.flatMap((label, image) =>
    image < right === (label === 0) ? [0.9, 0.1] : [0.1, 0.9],
  );
  const evaluation = {
    mode: 'both' as const,
    strength: 1,
    images: start.validationImages,
    labels: Int32Array.from(labels),
    probabilities: Float32Array.from(probabilities),
    loss: 1 - share,
    accuracy: right / labels.length,
  };
  return {
    runId: start.runId,
    end,
    bestEpoch: 1,
    bestValidationAccuracy: evaluation.accuracy,
    evaluation,
    modes: null,
    seconds: 2,
    imagesPerSecond: 50,
  };
}

async function race(
  changes: Partial<RacePlan>,
  answer: (call: Call, index: number) => Answer | undefined,
  abortAfter = Infinity,
) {
  const { calls, train } = trainer(answer);
  const stopping = new AbortController();
  const told: RaceProgress[] = [];
  const counting: TrainRun = async (config, options) => {
    const run = await train(config, options);
    if (calls.length >= abortAfter) stopping.abort();
    return run;
  };
  const end = await runRace({ ...plan, ...changes }, counting, stopping.signal, (progress) => {
    told.push(progress);
  });
  const last = told.at(-1);
  if (!last) throw new Error('A race tells where it stands.');
  return { calls, told, last, end };
}

const states = ({ entries }: RaceProgress) => entries.map(({ state }) => state);

describe('a race', () => {
  test('trains every method with every seed on one split, backbone and budget', async () => {
    const { calls, last, end } = await race({}, () => undefined);
    expect(end).toEqual({ end: 'finished', failure: null });
    const seeds = calls.map(({ config }) => [config.method, config.training['seed']]);
    expect(seeds).toEqual([
      ['san', 3],
      ['full', 3],
      ['san', 4],
      ['full', 4],
    ]);
    const split = withValidation(plan.classes, 0.5, 3);
    for (const { config, trial } of calls) {
      expect(trial).toBe(false);
      expect(config.classes).toEqual(split);
      expect(config.backbone).toBe('cafe');
      expect(config.training).toMatchObject({ epochs: 12, batchSize: 8, compareModes: false });
      const own = config.method === 'san' ? 0.005 : 1e-4;
      expect(config.training['learningRate']).toBe(own);
    }
    expect(states(last)).toEqual(['finished', 'finished', 'finished', 'finished']);
    expect(last.entries.map(({ runId }) => runId)).toEqual([1, 2, 3, 4]);
  });

  test('names a winner only when it has ended', async () => {
    const { told, last } = await race({}, ({ config }) => ({
      accuracy: config.method === 'san' ? 0.95 : 0.3,
    }));
    for (const { winner, leaders, rows } of told.filter((progress) => !isOver(progress))) {
      expect([winner, leaders]).toEqual([null, []]);
      expect(rows.every(({ standing }) => standing === 'pending')).toBe(true);
    }
    expect([last.winner, last.leaders]).toEqual(['san', ['san']]);
    const [san, full] = last.rows;
    expect(san).toMatchObject({
      standing: 'winner',
      perSeed: [0.95, 0.95],
      differenceToBest: null,
    });
    expect(san).toMatchObject({
      trainableShare: 0.01,
      seconds: 2,
      label: 'SAN',
      state: 'finished',
    });
    expect(full?.standing).toBe('behind');
    expect(full?.differenceToBest?.mean).toBeCloseTo(-0.65);
  });

  test('leaves equals standing side by side', async () => {
    const { last } = await race({}, () => ({ accuracy: 0.7 }));
    expect(last.winner).toBeNull();
    expect(last.rows.map(({ standing }) => standing)).toEqual(['leading', 'leading']);
  });

  test('goes on when a run fails, and judges by the others', async () => {
    const { last, end } = await race({}, (_, index) =>
      index === 1 ? { fails: 'not-finite' } : {},
    );
    expect(end).toEqual({ end: 'finished', failure: null });
    expect(states(last)).toEqual(['finished', 'failed', 'finished', 'finished']);
    expect(last.entries[1]?.failure).toEqual({ code: 'not-finite', message: 'It not-finite.' });
    expect(last.rows[1]).toMatchObject({ state: 'finished', perSeed: [0.5] });
  });

  test('a method whose runs all fail has no row of figures, and the other wins nothing by it', async () => {
    const { last } = await race({}, ({ config }) =>
      config.method === 'full' ? { fails: 'out-of-memory' } : {},
    );
    expect(last.rows[1]).toMatchObject({
      state: 'failed',
      meanAccuracy: null,
      standing: 'pending',
    });
    expect(last.winner).toBeNull();
  });

  test('ends with the reason when the device is lost', async () => {
    const { calls, last, end } = await race({}, () => ({ fails: 'device-lost' }));
    expect(calls).toHaveLength(1);
    expect(end.end).toBe('stopped');
    expect(end.failure?.code).toBe('device-lost');
    expect(states(last)).toEqual(['failed', 'stopped', 'stopped', 'stopped']);
  });

  test('a stop ends it; the run that was stopped counts for nothing', async () => {
    const { calls, last, end } = await race({}, (_, index) =>
      index === 2 ? { end: 'stopped' } : {},
    );
    expect(calls).toHaveLength(3);
    expect(end).toEqual({ end: 'stopped', failure: null });
    expect(states(last)).toEqual(['finished', 'finished', 'stopped', 'stopped']);
    expect(last.rows[0]?.perSeed).toHaveLength(1);
  });

  test('stopped before a method had its turn, it has no winner', async () => {
    const accuracy = ({ config }: Call) => ({ accuracy: config.method === 'san' ? 1 : 0 });
    const methods = [...plan.methods, method('lora', 0.002)];
    const { last } = await race({ methods }, accuracy, 2);
    expect(states(last).slice(0, 3)).toEqual(['finished', 'finished', 'stopped']);
    expect(last.winner).toBeNull();
  });
});

const isOver = ({ entries }: RaceProgress): boolean =>
  entries.every(({ state }) => state === 'finished');

describe('tuning', () => {
  test('tries the grid and the method’s own rate on images that judge nothing', async () => {
    const { calls, last } = await race({ tune: true }, ({ config, trial }) => ({
      accuracy: trial && config.training['learningRate'] === 2.5e-3 ? 0.9 : 0.5,
    }));
    const trials = calls.filter(({ trial }) => trial);
    const tried = (name: string) =>
      trials
        .filter(({ config }) => config.method === name)
        .map(({ config }) => config.training['learningRate']);
    expect(tried('san')).toEqual([5e-4, 1e-3, 2.5e-3, 5e-3, 1e-2]);
    expect(tried('full')).toEqual([1e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 1e-2]);

    const judges = new Set(
      withValidation(plan.classes, 0.5, 3).flatMap(({ validation }) => validation),
    );
    for (const { config } of trials) {
      expect(config.training['epochs']).toBe(4);
      const seen = config.classes.flatMap(({ images, validation = [] }) => [
        ...images,
        ...validation,
      ]);
      expect(seen).toHaveLength(40);
      expect(seen.some((image) => judges.has(image))).toBe(false);
    }
    expect(last.tuning.filter(({ chosen }) => chosen).map((record) => record.learningRate)).toEqual(
      [2.5e-3, 2.5e-3],
    );
    const raced = calls.filter(({ trial }) => !trial);
    expect(raced.map(({ config }) => config.training['learningRate'])).toEqual(
      Array(4).fill(2.5e-3),
    );
    expect(last.rows.map(({ learningRate }) => learningRate)).toEqual([2.5e-3, 2.5e-3]);
  });

  test('a rate that fails is passed over; where all fail, the method keeps its own', async () => {
    const { last } = await race({ tune: true }, ({ config, trial }) =>
      trial && config.method === 'full' ? { fails: 'not-finite' } : {},
    );
    const full = last.tuning.filter((record) => record.method === 'full');
    expect(full.map(({ accuracy }) => accuracy)).toEqual(Array(6).fill(null));
    expect(full.find(({ chosen }) => chosen)?.learningRate).toBe(1e-4);
    expect(last.rows.map(({ learningRate }) => learningRate)).toEqual([5e-4, 1e-4]);
  });

  test('among equally right rates the smaller loss decides, then the smaller rate', () => {
    expect(ratesToTry(method('lora', 0.002))).toEqual([5e-4, 1e-3, 2e-3, 2.5e-3, 5e-3, 1e-2]);
  });

  test('a stop while tuning ends the race before any run of it', async () => {
    const { calls, last, end } = await race({ tune: true }, () => undefined, 2);
    expect(calls).toHaveLength(2);
    expect(end.end).toBe('stopped');
    expect(states(last)).toEqual(Array(4).fill('stopped'));
    expect(last.tuning.some(({ chosen }) => chosen)).toBe(false);
  });
});

test.each([
  [{ methods: [method('san', 1)] }, 'Choose at least two methods to compare; got 1.'],
  [{ seeds: 6 }, 'A race takes 1 … 5 seeds; got 6.'],
  [{ classes: [{ name: 'oak', images: [1, 2] }] }, 'Training needs at least two classes; got 1.'],
  [
    {
      tune: true,
      classes: [
        { name: 'oak', images: [1, 2] },
        { name: 'ash', images: range(10, 20) },
      ],
    },
    'To look for learning rates, every class needs two training images; “oak” has 1.',
  ],
])('a plan that cannot be raced says why', (changes, problem) => {
  expect(racePlanProblem({ ...plan, ...changes })).toBe(problem);
  expect(racePlanProblem(plan)).toBeNull();
});
