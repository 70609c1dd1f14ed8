import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  argmax,
  classScores,
  confusionMatrix,
  extremeIndices,
  histogram,
  predictedClasses,
  quantiles,
  smooth,
  wilsonInterval,
} from './statistics.ts';

describe('Wilson interval', () => {
  test('agrees with published values', () => {
    // R: prop.test(43, 50, correct = FALSE)$conf.int
    const { low, high } = wilsonInterval(43, 50);
    expect(low).toBeCloseTo(0.7381, 3);
    expect(high).toBeCloseTo(0.9305, 3);
  });

  test('stays inside [0, 1], holds the share, and narrows with more trials', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 400 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (n, p) => {
          const k = Math.round(p * n);
          const { low, high } = wilsonInterval(k, n);
          const wide = wilsonInterval(k, n);
          const narrow = wilsonInterval(k * 10, n * 10);
          expect(low).toBeGreaterThanOrEqual(0);
          expect(high).toBeLessThanOrEqual(1);
          expect(low).toBeLessThanOrEqual(k / n + 1e-12);
          expect(high).toBeGreaterThanOrEqual(k / n - 1e-12);
          expect(narrow.high - narrow.low).toBeLessThan(wide.high - wide.low);
        },
      ),
    );
  });

  test('knows nothing without trials and reaches the ends exactly', () => {
    expect(wilsonInterval(0, 0)).toEqual({ low: 0, high: 1 });
    expect(wilsonInterval(0, 9).low).toBe(0);
    expect(wilsonInterval(9, 9).high).toBe(1);
  });
});

describe('classification', () => {
  const labels = [0, 0, 0, 1, 1, 2];
  const predicted = [0, 0, 1, 1, 0, 0];

  test('argmax takes the first of equals', () => {
    expect(argmax([1, 3, 3])).toBe(1);
    expect([...predictedClasses(Float32Array.of(0.2, 0.8, 0.6, 0.4), 2)]).toEqual([1, 0]);
    expect(predictedClasses(new Float32Array(0), 0)).toHaveLength(0);
  });

  test('confusion matrix counts true by predicted', () => {
    expect([...confusionMatrix(labels, predicted, 3).counts]).toEqual([2, 1, 0, 1, 1, 0, 1, 0, 0]);
  });

  test('precision, recall and F1, undefined where nothing defines them', () => {
    const [first, second, third] = classScores(confusionMatrix(labels, predicted, 3));
    expect(first).toMatchObject({ support: 3, precision: 0.5, recall: 2 / 3, f1: 4 / 7 });
    expect(second).toMatchObject({ support: 2, precision: 0.5, recall: 0.5, f1: 0.5 });
    expect(third).toMatchObject({ support: 1, precision: null, recall: 0, f1: null });
    const empty = classScores(confusionMatrix([], [], 1))[0];
    expect(empty).toMatchObject({ support: 0, precision: null, recall: null, f1: null });
  });
});

describe('series', () => {
  test('smoothing keeps a constant and its first value', () => {
    expect([...smooth([2, 2, 2], 0.9)].every((value) => Math.abs(value - 2) < 1e-12)).toBe(true);
    const ramp = smooth([4, 0], 0.5);
    expect(ramp[0]).toBeCloseTo(4);
    expect(ramp[1]).toBeCloseTo(4 / 3);
  });

  test('bucketing keeps ends and extremes, in order, within the limit', () => {
    const values = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), {
      maxLength: 3000,
    });
    fc.assert(
      fc.property(values, fc.integer({ min: 4, max: 500 }), (series, limit) => {
        const kept = extremeIndices(series, limit);
        expect(kept.length).toBeLessThanOrEqual(Math.max(limit, 0));
        expect(kept.every((index, i) => i === 0 || index > (kept[i - 1] ?? -1))).toBe(true);
        if (series.length === 0) return;
        const drawn = kept.map((index) => series[index] ?? Number.NaN);
        expect(kept.at(0)).toBe(0);
        expect(kept.at(-1)).toBe(series.length - 1);
        expect(Math.max(...drawn)).toBe(Math.max(...series));
        expect(Math.min(...drawn)).toBe(Math.min(...series));
      }),
    );
  });

  test('histogram counts every value once, ends included', () => {
    expect([...histogram([0, 0.49, 0.5, 1, -3, 9], 2, { low: 0, high: 1 })]).toEqual([3, 3]);
    expect([...histogram([1, 1], 3, { low: 1, high: 1 })]).toEqual([2, 0, 0]);
  });

  test('quantiles interpolate as numpy does', () => {
    expect(quantiles([4, 1, 3, 2], [0, 0.25, 0.5, 1])).toEqual([1, 1.75, 2.5, 4]);
    expect(quantiles([], [0.5])[0]).toBeNaN();
  });
});
