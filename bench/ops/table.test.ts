import { expect, test } from 'vitest';
import { opsTable } from './table.ts';

test('a row tells the medians of all rounds, and how many times as long the stock one takes', () => {
  const op = { name: 'GELU', shape: '[2, 3]' };
  const text = opsTable(
    [
      { ...op, milliseconds: [1, 3] },
      { ...op, milliseconds: [2] },
    ],
    [{ ...op, milliseconds: [9, 8, 7] }],
  );
  expect(text).toContain('| GELU | [2, 3] | 2.000 | 8.000 | 4.0 |');
});
