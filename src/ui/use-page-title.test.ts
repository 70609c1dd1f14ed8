import { expect, test } from 'vitest';
import { titleOf } from './use-page-title.ts';

test.each([
  ['idle', 0, 0, 'SAN Studio'],
  ['preparing', 0, 0, 'Preparing · SAN Studio'],
  ['training', 3, 200, '1 % · SAN Studio'],
  ['validating', 199, 200, '99 % · SAN Studio'],
  ['paused', 50, 200, 'Paused at 25 % · SAN Studio'],
  ['finished', 200, 200, 'Done · SAN Studio'],
  ['failed', 7, 200, 'Stopped · SAN Studio'],
  // A run of an earlier session that was opened again.
  ['finished', 0, 0, 'SAN Studio'],
] as const)('%s at step %i of %i is titled "%s"', (phase, step, totalSteps, title) => {
  expect(titleOf(phase, step, totalSteps)).toBe(title);
});
