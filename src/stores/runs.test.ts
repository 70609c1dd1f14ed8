import { expect, test } from 'vitest';
import type { FinishedRun } from './runs.ts';
import { judgedAlike, withinFrameBudget } from './runs.ts';

const run = (runId: number, frames: number, width = 4): FinishedRun => ({
  name: `run ${runId}`,
  config: { method: 'san', methodOptions: {}, training: {}, classes: [] },
  start: {
    runId,
    method: 'san',
    backbone: 'ViT',
    totalEpochs: 1,
    stepsPerEpoch: 1,
    stepOnDevice: { batchSize: 16, accumulation: 1, recomputes: false, bytes: 133e6 },
    trainImages: [],
    validationImages: [],
    classes: [],
    trainableParameters: 1,
    totalParameters: 1,
    adapterBytes: 1,
    extraCost: 0,
    scaleSites: [],
  },
  steps: [],
  epochs: [],
  frames: Array.from({ length: frames }, (_, step) => ({ step, values: new Float32Array(width) })),
  result: {
    runId,
    end: 'completed',
    bestEpoch: 1,
    bestValidationAccuracy: 1,
    evaluation: {
      mode: 'both',
      strength: 1,
      images: [],
      labels: new Int32Array(),
      probabilities: new Float32Array(),
      loss: 0,
      accuracy: 1,
    },
    modes: null,
    seconds: 1,
    imagesPerSecond: 1,
  },
  kept: true,
});

const counts = (runs: readonly FinishedRun[]) => runs.map(({ frames }) => frames.length);

test('scale frames of many runs stay within a budget, the newest whole', () => {
  const bytesAFrame = 16;
  const runs = [run(1, 40), run(2, 20), run(3, 40)];
  expect(withinFrameBudget(runs, 100 * bytesAFrame)).toBe(runs);
  const lighter = withinFrameBudget(runs, 75 * bytesAFrame);
  expect(counts(lighter)).toEqual([10, 20, 40]);
  const steps = lighter[0]?.frames.map(({ step }) => step) ?? [];
  expect([steps[0], steps.at(-1)]).toEqual([0, 39]);
});

test('a run keeps its first and last frame, whatever the budget', () => {
  expect(counts(withinFrameBudget([run(1, 9), run(2, 9), run(3, 9)], 0))).toEqual([2, 2, 9]);
});

test('two runs can be compared image by image where the same images judged both in one order', () => {
  const judged = (images: number[], labels: number[]): FinishedRun => {
    const one = run(1, 0);
    const evaluation = { ...one.result.evaluation, images, labels: Int32Array.from(labels) };
    return { ...one, result: { ...one.result, evaluation } };
  };
  const first = judged([4, 7], [0, 1]);
  expect(judgedAlike(first, judged([4, 7], [0, 1]))).toBe(true);
  expect(judgedAlike(first, judged([7, 4], [0, 1]))).toBe(false);
  expect(judgedAlike(first, judged([4, 7], [1, 1]))).toBe(false);
  expect(judgedAlike(first, judged([4], [0]))).toBe(false);
});
