import { expect, test } from 'vitest';
import { epochCsv, epochRows, lineStyle } from './epoch-series.ts';

test('36 lines are all unlike, and neighbours differ in hue and in dash', () => {
  const styles = Array.from({ length: 36 }, (_, index) => lineStyle(index));
  expect(new Set(styles.map(({ stroke, dash }) => `${stroke} ${dash}`)).size).toBe(36);
  for (const [index, style] of styles.slice(1).entries()) {
    expect(style.stroke).not.toBe(styles[index]?.stroke);
    expect(style.dash).not.toBe(styles[index]?.dash);
  }
});

test('rows end with the longest series, and a shorter one leaves its place empty', () => {
  const rows = epochRows(
    new Map([
      ['a', [0.1, 0.2]],
      ['b', [0.3]],
    ]),
  );
  expect(rows).toEqual([
    { epoch: 1, a: 0.1, b: 0.3 },
    { epoch: 2, a: 0.2 },
  ]);
  const series = [
    { key: 'a', name: 'the "first"', ...lineStyle(0) },
    { key: 'b', name: 'b', ...lineStyle(1) },
  ];
  expect(epochCsv(rows, series)).toBe('epoch,"the ""first""","b"\n1,0.1,0.3\n2,0.2,\n');
});
