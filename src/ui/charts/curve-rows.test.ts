import { expect, test } from 'vitest';
import type { EpochRecord } from '../../protocol.ts';
import { curveCsv, curveRows, POINT_LIMIT } from './curve-rows.ts';

const steps = (count: number) =>
  Array.from({ length: count }, (_, i) => ({
    step: i + 1,
    loss: 2 / (i + 1),
    accuracy: i / count,
    learningRate: 1e-3,
    gradientNorm: 1,
  }));

const epoch = (step: number): EpochRecord => ({
  epoch: 1,
  step,
  trainLoss: 1,
  trainAccuracy: 0.5,
  validationLoss: 0.25,
  validationAccuracy: 0.75,
  seconds: 1,
  best: true,
  modes: null,
});

test('a long run is drawn in few points, validation kept whole and in order', () => {
  const rows = curveRows(steps(20_000), [epoch(7), epoch(12_345)], 'loss');
  expect(rows.length).toBeLessThanOrEqual(POINT_LIMIT + 2);
  expect(rows.filter(({ validation }) => validation !== null)).toHaveLength(2);
  expect(rows.every((row, i) => i === 0 || row.step > (rows[i - 1]?.step ?? 0))).toBe(true);
  expect(rows[0]).toEqual({ step: 1, raw: 2, smoothed: 2, validation: null });
});

test('validation shares the row of its step', () => {
  const rows = curveRows(steps(3), [epoch(2)], 'accuracy');
  expect(rows.map(({ validation }) => validation)).toEqual([null, 0.75, null]);
  expect(rows[1]?.raw).toBeCloseTo(1 / 3);
});

test('the table holds every value', () => {
  expect(curveCsv(steps(2), [epoch(2)], 'loss')).toBe(
    'step,train_loss,validation_loss\n1,2,\n2,1,0.25\n',
  );
});
