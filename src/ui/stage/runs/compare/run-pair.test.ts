import { expect, test } from 'vitest';
import { fakeRace } from '../../../../testing/fake-race.ts';
import type { FinishedRun } from '../../../../stores/runs.ts';
import { runPair } from './run-pair.ts';

function twoRuns(): [FinishedRun, FinishedRun] {
  const [first, second] = fakeRace('winner').finished;
  if (!first || !second) throw new Error('The race needs two runs.');
  return [first, second];
}

test('the difference is that of the accuracies, and the images told apart add up to it', () => {
  const [first, second] = twoRuns();
  const pair = runPair(first, second);
  const gap = first.result.evaluation.accuracy - second.result.evaluation.accuracy;
  expect(pair?.difference.mean).toBeCloseTo(gap, 6);
  const [low, high] = pair?.difference.interval ?? [1, -1];
  expect(low).toBeLessThanOrEqual(gap);
  expect(high).toBeGreaterThanOrEqual(gap);
  const apart = (pair?.onlyFirst.length ?? 0) - (pair?.onlySecond.length ?? 0);
  expect(apart / (pair?.images ?? 1)).toBeCloseTo(gap, 6);
});

test('the order in which the images were judged does not matter', () => {
  const [first, second] = twoRuns();
  const { evaluation } = second.result;
  const classes = second.start.classes.length;
  const order = evaluation.images.map((_, row) => evaluation.images.length - 1 - row);
  const turned = {
    ...evaluation,
    images: order.map((row) => evaluation.images[row] ?? 0),
    labels: Int32Array.from(order, (row) => evaluation.labels[row] ?? 0),
    probabilities: Float32Array.from(
      order.flatMap((row) => [
        ...evaluation.probabilities.subarray(row * classes, (row + 1) * classes),
      ]),
    ),
  };
  const other = { ...second, result: { ...second.result, evaluation: turned } };
  expect(runPair(first, other)).toEqual(runPair(first, second));
});

test('runs judged by other images or other classes are no pair', () => {
  const [first, second] = twoRuns();
  const [smaller] = fakeRace('winner', 40).finished;
  if (!smaller) throw new Error('The race needs a run.');
  expect(runPair(first, smaller)).toBeNull();
  const renamed = { ...second, start: { ...second.start, classes: ['a', 'b', 'c', 'd', 'e'] } };
  expect(runPair(first, renamed)).toBeNull();
});
