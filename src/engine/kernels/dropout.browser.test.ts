import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { useBackend } from '../../testing/devices.ts';
import { maskKernel, maskNumbers } from './dropout.ts';

const SIZE = 240;
const SEED = -123_456_789;

beforeAll(() => useBackend('webgpu'));

test.each([0.1, 0.4, 0.75])('a mask of rate %d is the same on the device', async (rate) => {
  const [seed, mask] = [tf.tensor1d([SEED], 'int32'), { number: 7, rate }];
  const made = maskKernel(seed, [3, 5, 16], mask);
  expect(made?.shape).toEqual([3, 5, 16]);
  expect(await made?.data()).toEqual(maskNumbers(SEED, SIZE, mask));
  tf.dispose([seed, made ?? []]);
});

test.each([0.1, 0.4, 0.75])('a mask of rate %d drops its share and keeps the mean', (rate) => {
  const many = 100_000;
  const numbers = maskNumbers(SEED, many, { number: 0, rate });
  const dropped = numbers.filter((number) => number === 0).length / many;
  expect(Math.abs(dropped - rate)).toBeLessThan(4 * Math.sqrt((rate * (1 - rate)) / many));
  const kept = new Set(numbers.filter((number) => number > 0));
  expect([...kept]).toEqual([Math.fround(1 / (1 - rate))]);
});

test('other masks of a step, and other steps, have nothing in common', () => {
  const many = 100_000;
  const numbers = maskNumbers(SEED, many, { number: 0, rate: 0.5 });
  const others = [
    maskNumbers(SEED, many, { number: 1, rate: 0.5 }),
    maskNumbers(SEED + 1, many, { number: 0, rate: 0.5 }),
    new Float32Array([...numbers.subarray(1), 0]),
  ];
  for (const other of others) {
    const alike = other.filter((number, i) => number === numbers[i]).length / many;
    expect(Math.abs(alike - 0.5)).toBeLessThan(0.01);
  }
});
