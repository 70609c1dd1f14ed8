import { expect, test } from 'vitest';
import { judge } from './judgement.ts';

test('wrong images lead, the surest first; then the least sure of the right ones', () => {
  const judgement = judge(
    {
      mode: 'both',
      strength: 1,
      images: [10, 11, 12, 13],
      labels: Int32Array.of(0, 0, 1, 1),
      probabilities: Float32Array.of(0.9, 0.1, 0.4, 0.6, 0.8, 0.2, 0.45, 0.55),
      loss: 0.5,
      accuracy: 0.5,
    },
    2,
  );
  expect(judgement.images.map(({ id }) => id)).toEqual([12, 11, 13, 10]);
  expect(judgement.images[0]).toMatchObject({ truth: 1, predicted: 0 });
  expect(judgement.images[0]?.confidence).toBeCloseTo(0.8);
  expect(judgement.right).toBe(2);
  expect([...judgement.confusion.counts]).toEqual([1, 1, 1, 1]);
  expect(judgement.interval.low).toBeLessThan(0.5);
});
