import { expect, test } from 'vitest';
import type { StateDict } from '../lib/safetensors.ts';
import { hasGradient, relativeError } from './golden-errors.ts';

const tensors = (values: Readonly<Record<string, readonly number[]>>): StateDict =>
  new Map(
    Object.entries(values).map(([name, data]) => [
      name,
      { shape: [data.length], data: Float32Array.from(data) },
    ]),
  );

const reference = tensors({ weight: [3, 4], small: [0.003, 0.004], nothing: [2e-8, -1e-8] });

test('a tensor is measured by its own norm, however small it is', () => {
  const ours = tensors({ weight: [3, 4], small: [0.003, 0.0045], nothing: [2e-8, -1e-8] });
  expect(relativeError(ours, reference)).toBeCloseTo(0.1, 5);
});

test('one that is rounding beside the others must be so in ours, digits aside', () => {
  const noise = tensors({ weight: [3, 4], small: [0.003, 0.004], nothing: [-3e-8, 1e-8] });
  expect(relativeError(noise, reference)).toBeLessThan(1e-7);
  const wrong = tensors({ weight: [3, 4], small: [0.003, 0.004], nothing: [0.1, 0] });
  expect(relativeError(wrong, reference)).toBeCloseTo(0.02, 5);
});

test('other names and numbers that are none are never near', () => {
  expect(relativeError(tensors({ weight: [3, 4] }), reference)).toBe(Infinity);
  const broken = tensors({ weight: [3, NaN], small: [0.003, 0.004], nothing: [0, 0] });
  expect(relativeError(broken, reference)).toBeNaN();
});

test('elements without a gradient are those that are rounding beside their tensor or it beside the others', () => {
  const counts = hasGradient(tensors({ weight: [3, 1e-8], small: [0.003, 1e-8], nothing: [2e-8] }));
  expect([counts('weight', 0), counts('weight', 1)]).toEqual([true, false]);
  expect([counts('small', 0), counts('small', 1)]).toEqual([true, true]);
  expect(counts('nothing', 0)).toBe(false);
});
