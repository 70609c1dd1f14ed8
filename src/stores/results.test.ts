import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { TrainerError, type Trainer } from '../client/trainer-client.ts';
import type { ArrivedRun, Evaluation, RequestName, RunResult, RunStart } from '../protocol.ts';
import { AS_TRAINED, createResultsStore } from './results.ts';
import { createRunStore } from './run.ts';
import { imagesJudged } from './runs.ts';

const evaluationAt = (strength: number): Evaluation => ({
  mode: 'both',
  strength,
  images: [1],
  labels: Int32Array.of(0),
  probabilities: Float32Array.of(0.8, 0.2),
  loss: 0.2,
  accuracy: 1,
});

const start: RunStart = {
  runId: 1,
  method: 'san',
  backbone: 'ViT',
  totalEpochs: 1,
  stepsPerEpoch: 1,
  stepOnDevice: { batchSize: 16, accumulation: 1, recomputes: false, bytes: 133e6 },
  trainImages: [],
  validationImages: [1],
  classes: ['a', 'b'],
  trainableParameters: 1,
  totalParameters: 2,
  adapterBytes: 4_000,
  extraCost: 0,
  scaleSites: [],
};

const result: RunResult = {
  runId: 1,
  end: 'completed',
  bestEpoch: 1,
  bestValidationAccuracy: 1,
  evaluation: evaluationAt(1),
  modes: null,
  seconds: 1,
  imagesPerSecond: 1,
};

type Answer = (type: RequestName, args: object) => unknown;

async function page(answer: Answer) {
  const asked: { type: RequestName; args: object }[] = [];
  let runs = 0;
  const trainer: Trainer = {
    async request(type, args) {
      if (type === 'run.start') return { ...start, runId: ++runs };
      asked.push({ type, args });
      return (await answer(type, args)) as never;
    },
    subscribe: () => () => {},
  };
  const run = createRunStore(trainer, (flush) => flush());
  const results = createResultsStore(trainer, run);
  await run.getState().begin({ method: 'san', methodOptions: {}, training: {}, classes: [] });
  run.getState().receive({ type: 'run.finished', result });
  return { run, results, asked };
}

const strengthOf = (args: object) => ('strength' in args ? Number(args.strength) : Number.NaN);
const refuse = () => {
  throw new TrainerError({ code: 'bad-file', message: 'Expected a zip; got a picture.' });
};

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('a finished run brings its evaluation', async () => {
  const { results } = await page(refuse);
  expect(results.getState().judged?.start.runId).toBe(1);
  expect(results.getState().evaluation).toBe(result.evaluation);
});

test('a dragged slider asks once it rests, one at a time, and the latest wins', async () => {
  const replies: (() => void)[] = [];
  const { results, asked } = await page(
    (_, args) =>
      new Promise((resolve) => replies.push(() => resolve(evaluationAt(strengthOf(args))))),
  );
  const { evaluate } = results.getState();
  for (const strength of [0.1, 0.2, 0.3]) evaluate({ strength });
  await vi.advanceTimersByTimeAsync(1000);
  expect(asked.map(({ args }) => strengthOf(args))).toEqual([0.3]);
  for (const strength of [0.4, 0.5]) {
    evaluate({ strength });
    await vi.advanceTimersByTimeAsync(1000);
  }
  expect(asked).toHaveLength(1);
  replies[0]?.();
  await vi.advanceTimersByTimeAsync(0);
  expect(asked.map(({ args }) => strengthOf(args))).toEqual([0.3, 0.5]);
  expect(results.getState().evaluating).toBe(true);
  replies[1]?.();
  await vi.advanceTimersByTimeAsync(0);
  expect(results.getState()).toMatchObject({ evaluating: false, setting: { strength: 0.5 } });
  expect(results.getState().evaluation?.strength).toBe(0.5);
});

test('an evaluation that fails leaves the one shown', async () => {
  const { results } = await page(refuse);
  results.getState().evaluate({ strength: 2, epoch: 1 });
  await vi.advanceTimersByTimeAsync(1000);
  const state = results.getState();
  expect(state.evaluation).toBe(result.evaluation);
  expect(state.setting).toEqual(AS_TRAINED);
  expect(state.failure?.code).toBe('bad-file');
});

test('every image tried has its own outcome', async () => {
  const prediction = {
    classes: ['a', 'b'],
    logits: Float32Array.of(1, 0),
    probabilities: Float32Array.of(0.7, 0.3),
  };
  let calls = 0;
  const { results } = await page(() => (++calls === 1 ? prediction : refuse()));
  await results.getState().tryImage(new Blob(['x']), 'leaf.jpg');
  await results.getState().tryImage(new Blob(['y']), 'notes.txt');
  const [second, first] = results.getState().trials;
  expect(first).toMatchObject({ name: 'leaf.jpg', prediction, failure: null });
  expect(second).toMatchObject({ name: 'notes.txt', prediction: null });
  expect(second?.failure?.message).toContain('got a picture');
  results.getState().removeTrial(first?.id ?? 0);
  expect(results.getState().trials).toEqual([second]);
});

test('an adapter that does not open leaves everything as it was', async () => {
  const { results } = await page(refuse);
  const before = results.getState();
  await before.importModel({ file: new Blob(['x']), name: 'cat.png' });
  const after = results.getState();
  expect(after.imported).toBeNull();
  expect(after.evaluation).toBe(before.evaluation);
  expect(after.failure?.code).toBe('bad-file');
});

test('an export is kept until another model stands ready', async () => {
  const made = (format: string) => ({ name: `${format}.zip`, file: new Blob(['zip']) });
  const { run, results, asked } = await page((_type, args) =>
    made('format' in args ? String(args.format) : ''),
  );
  await results.getState().exportModel('onnx', [1]);
  await results.getState().exportModel('studio', []);
  const exported = { onnx: made('onnx'), studio: made('studio') };
  expect(results.getState().exported).toEqual(exported);
  expect(asked.map(({ args }) => args)).toEqual([
    { format: 'onnx', images: [1] },
    { format: 'studio', images: [] },
  ]);
  await run.getState().begin({ method: 'san', methodOptions: {}, training: {}, classes: [] });
  expect(results.getState().exported).toEqual(exported);
  run.getState().receive({ type: 'run.finished', result: { ...result, runId: 2 } });
  expect(results.getState().exported).toEqual({});
});

test('formats are those of the model that stands ready', async () => {
  const offers = [{ name: 'onnx' }];
  const ready = { method: 'san', classes: [], scaleSites: [], scales: new Float32Array() };
  const file = { file: new Blob(['x']), name: 'adapter.safetensors' };
  const { results } = await page((type) =>
    type === 'model.import' ? { model: ready, run: null } : offers,
  );
  await results.getState().loadOffers();
  expect(results.getState().offers).toBe(offers);
  const late = results.getState().loadOffers();
  await results.getState().importModel(file);
  await late;
  expect(results.getState().imported).toBe(ready);
  await results.getState().loadOffers();
  expect(results.getState().offers).toBe(offers);
});

test('a run opened again is judged again, an adapter opened after it set aside', async () => {
  const ready = { method: 'san', classes: [], scaleSites: [], scales: new Float32Array() };
  const file = { file: new Blob(['x']), name: 'adapter.safetensors' };
  const { run, results } = await page((type) =>
    type === 'model.import' ? { model: ready, run: null } : null,
  );
  await results.getState().importModel(file);
  expect(results.getState().imported).not.toBeNull();
  await run.getState().open(1);
  expect(results.getState()).toMatchObject({ imported: null, judged: { start: { runId: 1 } } });
});

test('a run that came with its file is listed, judged and predicts', async () => {
  const arrived: ArrivedRun = {
    config: { method: 'san', methodOptions: {}, training: { seed: 7 }, classes: [] },
    start: { ...start, runId: 5 },
    steps: [],
    epochs: [],
    frames: [],
    result: {
      ...result,
      runId: 5,
      evaluation: {
        ...evaluationAt(1),
        images: [],
        confusion: [
          [3, 1],
          [0, 4],
        ],
      },
    },
  };
  const model = { method: 'san', backbone: { label: 'ViT-Tiny' }, classes: ['a', 'b'] };
  const { run, results, asked } = await page(() => ({ model, run: arrived }));
  const beside = [{ name: 'run.json', file: new Blob(['{}']) }];
  await results.getState().importModel({ file: new Blob(['x']), name: 'a', beside });
  expect(asked[0]?.args).toMatchObject({ name: 'a', beside });
  const { finished, opened, phase } = run.getState();
  expect(finished.map(({ start: { runId } }) => runId)).toEqual([1, 5]);
  expect(finished[1]).toMatchObject({ name: 'san · ViT · seed 7', kept: true });
  expect({ opened, phase }).toEqual({ opened: 5, phase: 'finished' });
  expect(imagesJudged(arrived.result.evaluation)).toBe(8);
  const state = results.getState();
  expect(state).toMatchObject({ imported: null, brought: model, judged: { start: { runId: 5 } } });
  await run.getState().open(1);
  expect(results.getState().brought).toBeNull();
});

test('a trial leaves what is judged', async () => {
  const { run, results } = await page(refuse);
  const before = results.getState().judged;
  await run.getState().begin({ method: 'san', methodOptions: {}, training: {}, classes: [] }, true);
  run.getState().receive({ type: 'run.finished', result: { ...result, runId: 2 } });
  expect(results.getState().judged).toBe(before);
});

test('nothing is judged any more once the open run is removed', async () => {
  const { run, results } = await page(() => null);
  await run.getState().remove(1);
  expect(results.getState()).toMatchObject({ judged: null, evaluation: null });
});
