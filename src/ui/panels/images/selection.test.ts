import { expect, test } from 'vitest';
import { move, NOTHING_SELECTED, pick, within } from './selection.ts';

const ids = [10, 11, 12, 13, 14];

test('a click flips one item and leaves the others', () => {
  const two = pick(pick(NOTHING_SELECTED, ids, 1, false), ids, 3, false);
  expect([...two.chosen]).toEqual([11, 13]);
  expect([...pick(two, ids, 1, false).chosen]).toEqual([13]);
});

test('a shift-click takes everything between, in either direction', () => {
  const from = pick(NOTHING_SELECTED, ids, 3, false);
  expect([...pick(from, ids, 1, true).chosen].toSorted()).toEqual([11, 12, 13]);
  expect([...pick(from, ids, 4, true).chosen].toSorted()).toEqual([13, 14]);
});

test('arrows stay in the list, and extend from where they began', () => {
  expect(move(NOTHING_SELECTED, ids, -1, false).active).toBe(0);
  expect(move(NOTHING_SELECTED, ids, 99, false).active).toBe(4);
  const moved = move(NOTHING_SELECTED, ids, 2, false);
  expect([...move(moved, ids, 1, true).chosen].toSorted()).toEqual([12, 13]);
});

test('images that left are no longer selected', () => {
  const all = move(NOTHING_SELECTED, ids, 4, true);
  const left = within(all, [10, 12]);
  expect([...left.chosen].toSorted()).toEqual([10, 12]);
  expect(left.active).toBe(1);
});
