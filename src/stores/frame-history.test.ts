import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ScaleFrame } from '../protocol.ts';
import { frameAtStep, withFrame } from './frame-history.ts';

const frame = (step: number): ScaleFrame => ({ step, values: Float32Array.of(step) });

function history(steps: readonly number[], limit: number): readonly ScaleFrame[] {
  return steps.reduce<readonly ScaleFrame[]>((all, step) => withFrame(all, frame(step), limit), []);
}

test('memory is bounded, ends are kept, and spacing stays even within a factor of two', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 3, max: 900 }),
      fc.integer({ min: 8, max: 60 }),
      (count, limit) => {
        const steps = history(
          Array.from({ length: count }, (_, i) => i),
          limit,
        ).map(({ step }) => step);
        expect(steps.length).toBe(Math.min(count, limit));
        expect(steps.at(0)).toBe(0);
        expect(steps.at(-1)).toBe(count - 1);
        const gaps = steps.slice(1, -1).map((step, i) => step - (steps[i] ?? 0));
        const widest = Math.max(...gaps);
        expect(widest).toBeLessThanOrEqual(2 * Math.ceil(count / (limit - 1)));
      },
    ),
  );
});

test('a frame that goes back in time replaces what came after it', () => {
  expect(history([0, 5, 10, 5], 10).map(({ step }) => step)).toEqual([0, 5]);
});

test('the frame of a step is the last one at or before it', () => {
  const frames = history([0, 10, 20], 10);
  expect([-1, 0, 9, 10, 19, 99].map((step) => frameAtStep(frames, step))).toEqual([
    0, 0, 0, 1, 1, 2,
  ]);
  expect(frameAtStep([], 4)).toBe(0);
});
