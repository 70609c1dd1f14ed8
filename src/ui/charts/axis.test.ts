import { expect, test } from 'vitest';
import { formatMetric, lossTicks, roundTicks } from './axis.ts';

test('steps are marked at round numbers within the run', () => {
  expect(roundTicks(200, 1)).toEqual([0, 50, 100, 150, 200]);
  expect(roundTicks(1234, 1)).toEqual([0, 500, 1000]);
  expect(roundTicks(3, 1)).toEqual([0, 1, 2, 3]);
});

test('the loss axis is round and holds the highest value', () => {
  expect(lossTicks([1.63, null, 0.2])).toEqual([0, 0.5, 1, 1.5, 2]);
  expect(lossTicks([0.04])).toEqual([0, 0.01, 0.02, 0.03, 0.04]);
  expect(lossTicks([])).toEqual([0, 0.5]);
});

test('values read with their unit', () => {
  expect(formatMetric(0.8769, 'accuracy', 'axis')).toBe('88 %');
  expect(formatMetric(0.8769, 'accuracy', 'exact')).toBe('87.7 %');
  expect(formatMetric(1.23456, 'loss', 'exact')).toBe('1.235');
});
