import { describe, expect, test } from 'vitest';
import cases from './position-embedding.fixture.json';
import { resizePositions } from './position-embedding.ts';

const WIDTH = 2;

/** The position of the one class token that the cases have, as often as wanted. */
const prefixed = (numbers: readonly number[], prefix: number): number[] => [
  ...Array.from({ length: prefix }, () => numbers.slice(0, WIDTH)).flat(),
  ...numbers.slice(WIDTH),
];

// The numbers are torch.nn.functional.interpolate's, bicubic and antialiased, as timm calls it.
describe.each([0, 1, 5])('behind %i positions of other tokens', (prefix) => {
  test.each(cases)('a grid of $grid becomes one of $side as in PyTorch', (one) => {
    const data = Float32Array.from(prefixed(one.input, prefix));
    const positions = { shape: [1, prefix + one.grid ** 2, WIDTH], data };
    const resized = resizePositions(positions, prefix, one.side);
    const expected = prefixed(one.output, prefix);
    expect(resized.shape).toEqual([1, prefix + one.side ** 2, WIDTH]);
    expect(resized.data).toHaveLength(expected.length);
    expected.forEach((value, i) => expect(resized.data[i]).toBeCloseTo(value, 4));
  });

  test('a grid that fits is left alone', () => {
    const positions = { shape: [1, prefix + 4, 1], data: new Float32Array(prefix + 4) };
    expect(resizePositions(positions, prefix, 2)).toBe(positions);
  });
});
