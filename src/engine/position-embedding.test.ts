import { expect, test } from 'vitest';
import cases from './position-embedding.fixture.json';
import { resizePositions } from './position-embedding.ts';

// The numbers are torch.nn.functional.interpolate's, bicubic and antialiased, as timm calls it.
test.each(cases)(
  'a grid of $grid becomes one of $side as in PyTorch',
  ({ grid, side, input, output }) => {
    const positions = { shape: [1, 1 + grid * grid, 2], data: Float32Array.from(input) };
    const resized = resizePositions(positions, side);
    expect(resized.shape).toEqual([1, 1 + side * side, 2]);
    resized.data.forEach((value, i) => expect(value).toBeCloseTo(output[i] ?? Number.NaN, 4));
  },
);

test('a grid that fits is left alone', () => {
  const positions = { shape: [1, 5, 1], data: new Float32Array(5) };
  expect(resizePositions(positions, 2)).toBe(positions);
});
