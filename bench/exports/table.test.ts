import { expect, test } from 'vitest';
import { compareLogits, isFarOff } from './compare.ts';
import { exportTables } from './table.ts';

const named = { model: 'vit', format: 'onnx', client: 'ONNX Runtime', allowed: 1e-3 };
const expected = [
  [1, 2, 3],
  [3, 2, 1],
];

test('the largest difference and the classes that stay are told', () => {
  const row = compareLogits(named, expected, [
    [1, 2, 3.0005],
    [3, 2, 1],
  ]);
  expect(row.largest).toBeCloseTo(5e-4, 6);
  expect(row).toMatchObject({ sameClass: 2, asked: 2 });
  expect(isFarOff(row)).toBe(false);
  expect(exportTables([row])).toContain('| onnx | ONNX Runtime | 0.00050 | 0.001 | 2 of 2 |');
});

test('an answer that is missing or another class is too far off', () => {
  const missing = compareLogits(named, expected, [[1, 2, 3]]);
  expect(isFarOff(missing)).toBe(true);
  expect(exportTables([missing])).toContain('no answer, too far');
  const near = { ...compareLogits(named, [[1, 1.0001]], [[1.0002, 1.0001]]) };
  expect(near.largest).toBeLessThan(1e-3);
  expect(isFarOff(near)).toBe(true);
});

test('a program that resizes in its own way may differ, but must answer', () => {
  const free = { ...named, allowed: null };
  const row = compareLogits(free, expected, [
    [1, 2, 4],
    [3, 2, 1],
  ]);
  expect(isFarOff(row)).toBe(false);
  expect(isFarOff(compareLogits(free, expected, []))).toBe(true);
});
