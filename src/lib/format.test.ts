import { expect, test } from 'vitest';
import { countOf, formatBytes, formatCount, formatDuration, formatShare } from './format.ts';

test('bytes move to the next unit before they would show four digits', () => {
  expect([0, 999, 1000, 5_700_000, 999_600, 343_000_000, 2.5e9].map(formatBytes)).toEqual([
    '0 B',
    '999 B',
    '1.0 kB',
    '5.7 MB',
    '1.0 MB',
    '343 MB',
    '2.5 GB',
  ]);
});

test('counts keep two or three digits that matter', () => {
  expect([0, 9_999, 20_928, 2_829_888, 85_798_656, 303_000_000].map(formatCount)).toEqual([
    '0',
    '9,999',
    '21 k',
    '2.8 M',
    '85.8 M',
    '303 M',
  ]);
});

test('durations show their two largest units', () => {
  expect([-1, 8.4, 59.6, 130, 3_900].map(formatDuration)).toEqual([
    '0 s',
    '8 s',
    '1 min 0 s',
    '2 min 10 s',
    '1 h 5 min',
  ]);
});

test('one is not many', () => {
  expect([countOf(1, 'image'), countOf(5000, 'image'), countOf(2, 'class', 'classes')]).toEqual([
    '1 image',
    '5,000 images',
    '2 classes',
  ]);
});

test('shares carry two digits and never an exponent', () => {
  expect([0.0058, 0.00068, 0.075, 0.5, 1].map(formatShare)).toEqual([
    '0.58 %',
    '0.068 %',
    '7.5 %',
    '50 %',
    '100 %',
  ]);
});
