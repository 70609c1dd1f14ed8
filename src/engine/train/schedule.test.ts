import { expect, test } from 'vitest';
import { learningRateAt } from './schedule.ts';

const rates = (total: number, warmup: number): number[] =>
  Array.from({ length: total }, (_, step) => learningRateAt(step, total, 1, warmup));

test('the rate starts at a tenth and rises evenly to its peak', () => {
  const [first = 0, second = 0, third = 0] = rates(100, 0.1);
  expect(first).toBeCloseTo(0.1);
  expect(second - first).toBeCloseTo(third - second);
  expect(learningRateAt(10, 100, 1, 0.1)).toBe(1);
});

test('after its peak it only falls, half-way to the half', () => {
  const falling = rates(100, 0.1).slice(10);
  falling.slice(1).forEach((rate, i) => expect(rate).toBeLessThan(falling[i] ?? 0));
  expect(learningRateAt(55, 100, 1, 0.1)).toBeCloseTo(0.5);
});

test('a single step trains at the peak', () => {
  expect(rates(1, 0.1)).toEqual([1]);
});
