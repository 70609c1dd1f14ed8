import { expect, it } from 'vitest';
import { summariseEvaluation } from './run-record.ts';

it('counts which class was taken for which', () => {
  const summary = summariseEvaluation(
    {
      mode: 'both',
      strength: 1,
      images: [10, 11, 12],
      labels: Int32Array.of(0, 1, 1),
      probabilities: Float32Array.of(0.9, 0.1, 0.2, 0.8, 0.6, 0.4),
      loss: 0.4,
      accuracy: 2 / 3,
    },
    2,
  );
  expect(summary.confusion).toEqual([
    [1, 0],
    [1, 1],
  ]);
  expect(summary.images).toBe(3);
});
