import { expect, test } from 'vitest';
import { planStep } from './step-memory.ts';

const memory = {
  kept: { fixed: 100, perImage: 10 },
  recomputed: { fixed: 100, perImage: 2 },
};
const sixteen = { batchSize: 16, accumulation: 1 };

test('what fits is kept', () => {
  expect(planStep(sixteen, memory, 260)).toEqual({ ...sixteen, recomputes: false, bytes: 260 });
});

test('where that would not fit, blocks are computed again', () => {
  expect(planStep(sixteen, memory, 259)).toEqual({ ...sixteen, recomputes: true, bytes: 132 });
});

test('where not even that would fit, fewer images go together, and as many into a step', () => {
  expect(planStep(sixteen, memory, 110)).toEqual({
    batchSize: 4,
    accumulation: 4,
    recomputes: true,
    bytes: 108,
  });
  expect(planStep({ batchSize: 6, accumulation: 3 }, memory, 104)).toMatchObject({
    batchSize: 2,
    accumulation: 9,
  });
});

test('one image is tried however little there is', () => {
  expect(planStep(sixteen, memory, 1)).toMatchObject({ batchSize: 1, accumulation: 16 });
});
