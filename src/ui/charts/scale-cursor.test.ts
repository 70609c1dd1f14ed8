import { expect, test } from 'vitest';
import { cursorAfter, cursorAt, placeOf } from './scale-cursor.ts';

const space = {
  sites: [
    { site: 'a', label: 'A', width: 4, offset: 0 },
    { site: 'b', label: 'B', width: 2, offset: 4 },
  ],
  values: Float32Array.of(1, 3, 1, 2, 0.5, 1.5),
  sorted: false,
};
const byValue = { ...space, sorted: true };
const size = { width: 100, height: 40 };

test('a point names the channel drawn under it', () => {
  expect(cursorAt(space, { x: 30, y: 5 }, size)).toEqual({ site: 0, channel: 1 });
  expect(cursorAt(space, { x: 99, y: 39 }, size)).toEqual({ site: 1, channel: 1 });
  expect(cursorAt(space, { x: -5, y: 400 }, size)).toEqual({ site: 1, channel: 0 });
  expect(cursorAt({ ...space, sites: [] }, { x: 1, y: 1 }, size)).toBeNull();
});

test('of several channels in one pixel the shown one is named', () => {
  expect(cursorAt(space, { x: 1, y: 5 }, { width: 2, height: 40 })).toEqual({
    site: 0,
    channel: 3,
  });
});

test('sorted, the first place is the strongest channel', () => {
  expect(cursorAt(byValue, { x: 0, y: 0 }, size)).toEqual({ site: 0, channel: 1 });
  expect(placeOf(byValue, { site: 0, channel: 3 })).toBe(1);
  expect(placeOf(byValue, { site: 1, channel: 0 })).toBe(1);
});

test('keys move within the row and between rows, and stop at the edges', () => {
  const after = (key: string, channel = 1, stride = 1) =>
    cursorAfter(space, { site: 0, channel }, key, stride);
  expect(after('ArrowRight')).toEqual({ site: 0, channel: 2 });
  expect(after('ArrowRight', 1, 10)).toEqual({ site: 0, channel: 3 });
  expect(after('ArrowLeft', 0)).toEqual({ site: 0, channel: 0 });
  expect(after('End')).toEqual({ site: 0, channel: 3 });
  expect(after('Home')).toEqual({ site: 0, channel: 0 });
  expect(after('ArrowDown', 2)).toEqual({ site: 1, channel: 1 });
  expect(after('ArrowUp')).toEqual({ site: 0, channel: 1 });
  expect(after('q')).toBeNull();
  expect(cursorAfter(byValue, { site: 0, channel: 1 }, 'ArrowRight', 1)).toEqual({
    site: 0,
    channel: 3,
  });
});
