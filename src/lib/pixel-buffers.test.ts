import { expect, test } from 'vitest';
import { givePixelsBack, takePixels } from './pixel-buffers.ts';

test('an array that was given back is handed out again, once, and to those who need its length', () => {
  const first = takePixels(12);
  const second = takePixels(12);
  expect(second).not.toBe(first);
  givePixelsBack(first);
  expect(takePixels(6)).toHaveLength(6);
  expect(takePixels(12)).toBe(first);
  expect(takePixels(12)).not.toBe(first);
});

test('no more than a few are kept', () => {
  const given: Float32Array[] = Array.from({ length: 20 }, () => new Float32Array(3));
  given.forEach(givePixelsBack);
  const kept = given.map(() => takePixels(3)).filter((pixels) => given.includes(pixels));
  expect(kept).toHaveLength(8);
});
