import { expect, test } from 'vitest';
import { fakeRace } from '../../../../testing/fake-race.ts';
import { raceSeries } from './race-series.ts';

function won() {
  const { race, finished } = fakeRace('winner');
  return { rows: race.rows ?? [], entries: race.entries ?? [], finished };
}

test('each method has one bold line, the mean of its faint ones', () => {
  const { rows, entries, finished } = won();
  const curves = raceSeries(rows, entries, finished);
  const bold = curves.series.filter(({ faint }) => !faint);
  expect(bold.map(({ name }) => name)).toEqual(rows.map(({ label }) => label));
  const faint = curves.series.filter((line) => line.faint && line.stroke === bold[0]?.stroke);
  expect(faint).toHaveLength(3);
  const last = curves.rows.at(-1);
  const mean = faint.reduce((sum, { key }) => sum + (last?.[key] ?? 0), 0) / faint.length;
  expect(last?.[bold[0]?.key ?? '']).toBeCloseTo(mean, 12);
});

test('a mean ends with the shortest of its runs', () => {
  const { rows, entries, finished } = won();
  const [first, ...others] = finished;
  if (!first) throw new Error('The race needs a run.');
  const early = { ...first, epochs: first.epochs.slice(0, 4) };
  const curves = raceSeries(rows, entries, [early, ...others]);
  const drawn = curves.rows.filter((row) => row['mean0'] !== undefined);
  expect(drawn.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4]);
  expect(curves.rows).toHaveLength(others[0]?.epochs.length ?? 0);
});

test('a deleted run takes its line along', () => {
  const { rows, entries, finished } = won();
  const without = finished.filter(({ start }) => start.method !== 'san');
  const names = raceSeries(rows, entries, without).series.map(({ name }) => name);
  expect(names.some((name) => name.startsWith('SAN'))).toBe(false);
});
