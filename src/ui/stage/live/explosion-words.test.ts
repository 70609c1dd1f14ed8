import { expect, test } from 'vitest';
import type { StepRecord } from '../../../protocol.ts';
import { explosionWords } from './explosion-words.ts';

const step = (index: number, gradientNorm: number, loss: number): StepRecord => ({
  step: index + 1,
  loss,
  accuracy: 0.5,
  learningRate: 1e-3,
  gradientNorm,
});

const run = (norms: readonly number[], losses: readonly number[]): StepRecord[] =>
  norms.map((norm, i) => step(i, norm, losses[i] ?? 0));

const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

test('a norm ten times the usual one with a risen loss is an explosion', () => {
  const steps = run([...times(30, 2), ...times(5, 50)], [...times(30, 1), ...times(5, 4)]);
  expect(explosionWords(steps)).toMatch(/^The gradient norm is 50\.0, 25 times what was usual/);
});

test('a single wild batch, a calm rise and a loss that still falls are none', () => {
  const loss = [...times(30, 1), ...times(5, 4)];
  expect(explosionWords(run([...times(34, 2), 500], loss))).toBeNull();
  expect(explosionWords(run([...times(30, 2), ...times(5, 15)], loss))).toBeNull();
  const falling = [...times(30, 1), ...times(5, 0.5)];
  expect(explosionWords(run([...times(30, 2), ...times(5, 50)], falling))).toBeNull();
});

test('the first steps say nothing yet', () => {
  expect(explosionWords(run([...times(10, 1), ...times(5, 99)], times(15, 3)))).toBeNull();
});
