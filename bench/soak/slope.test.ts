import { expect, test } from 'vitest';
import { settled, slopeOf } from './slope.ts';

const line = (count: number, slope: number, noise = (_: number) => 0) =>
  Array.from({ length: count }, (_, i) => ({
    minutes: i / 2,
    value: 7 + (slope * i) / 2 + noise(i),
  }));

test('the slope of a line is found, also through noise', () => {
  expect(slopeOf(line(10, 3))).toBeCloseTo(3);
  expect(slopeOf(line(100, -2, (i) => (i % 2 ? 1 : -1)))).toBeCloseTo(-2, 2);
});

test('nothing and a single moment have none', () => {
  expect(slopeOf([])).toBe(0);
  expect(slopeOf(line(1, 5))).toBe(0);
});

test('the first fifth is left out, as long as two are left', () => {
  expect(settled(line(10, 1)).map(({ minutes }) => minutes)).toEqual([
    1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5,
  ]);
  expect(settled(line(2, 1))).toHaveLength(2);
  expect(settled([])).toEqual([]);
});
