import fc from 'fast-check';
import { expect, test } from 'vitest';
import { float16ToFloat32, float32ToFloat16 } from './half-floats.ts';

const every = Uint16Array.from({ length: 65_536 }, (_, word) => word);
const isNaNWord = (word: number): boolean => (word & 0x7fff) > 0x7c00;

test('every half float comes back as it was', () => {
  const back = float32ToFloat16(float16ToFloat32(every));
  const kept = every.filter((word) => !isNaNWord(word));
  expect(back.filter((_, word) => !isNaNWord(word))).toEqual(kept);
  expect([...every.filter(isNaNWord)].every((word) => isNaNWord(back[word] ?? 0))).toBe(true);
});

test('between two halves the nearer one is taken, and the even one in the middle', () => {
  const values = float16ToFloat32(every);
  for (let word = 0; word < 0x7bff; word++) {
    const [low, high] = [values[word]!, values[word + 1]!];
    const middle = (low + high) / 2;
    const even = word % 2 === 0 ? word : word + 1;
    const inputs = Float32Array.of(
      middle,
      -middle,
      low + (high - low) / 4,
      high - (high - low) / 4,
    );
    expect([...float32ToFloat16(inputs)]).toEqual([even, even | 0x8000, word, word + 1]);
  }
});

test('what is too large is infinite', () => {
  const infinite = Float32Array.of(65_520, -1e30, Infinity);
  expect([...float32ToFloat16(infinite)]).toEqual([0x7c00, 0xfc00, 0x7c00]);
  expect(float32ToFloat16(Float32Array.of(65_519))[0]).toBe(0x7bff);
});

test('no number moves further than half a step', () => {
  fc.assert(
    fc.property(fc.float({ min: -65_504, max: 65_504, noNaN: true }), (value) => {
      const [half = NaN] = float16ToFloat32(float32ToFloat16(Float32Array.of(value)));
      const step = Math.max(Math.abs(value) * 2 ** -11, 2 ** -25);
      expect(Math.abs(half - value)).toBeLessThanOrEqual(step);
    }),
  );
});
