import { expect, test } from 'vitest';
import { studentT } from './student-t.ts';

/** Tables; for 1.5 degrees, the density integrated by Simpson's rule. */
test.each([
  [1, 12.706204736],
  [1.5, 6.016663104],
  [2, 4.30265273],
  [5, 2.570581836],
  [30, 2.042272456],
  [1000, 1.962339081],
])('with %f degrees of freedom 95 %% lie within %f', (freedom, t) => {
  expect(studentT(freedom)).toBeCloseTo(t, 6);
});

test('comes to the normal distribution with endless freedom', () => {
  expect(studentT(1e9)).toBeCloseTo(1.959964, 5);
  expect(studentT(1e9, 0.99)).toBeCloseTo(2.575829, 5);
});
