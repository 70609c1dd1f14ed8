import { describe, expect, it } from 'vitest';
import { createRng } from './rng.ts';

const draw = (count: number, next: () => number): number[] => Array.from({ length: count }, next);
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

describe('createRng', () => {
  it('gives the same numbers for the same seed and stream, now and in later versions', () => {
    const numbers = draw(4, createRng(42, 'split').uniform);
    expect(draw(4, createRng(42, 'split').uniform)).toEqual(numbers);
    const integers = createRng(7);
    expect(draw(3, () => integers.integer(1000))).toEqual([29, 154, 925]);
  });

  it('tells seeds and streams apart, names from numbers too', () => {
    const first = [
      createRng(1),
      createRng(2),
      createRng(-1),
      createRng(1.5),
      createRng(2 ** 40),
      createRng(1, 'a'),
      createRng(1, 'b'),
      createRng(1, 'ab'),
      createRng(1, 1),
      createRng(1, '1'),
      createRng(1, 2),
    ].map((rng) => rng.uniform());
    expect(new Set(first).size).toBe(first.length);
  });

  it('has uncorrelated neighbouring streams', () => {
    const first = draw(20_000, createRng(3, 0).uniform);
    const second = draw(20_000, createRng(3, 1).uniform);
    const covariance = mean(
      first.map((value, index) => (value - 0.5) * ((second[index] ?? 0) - 0.5)),
    );
    // The standard error of the covariance is 1/12/√20000 ≈ 0.0006.
    expect(Math.abs(covariance)).toBeLessThan(0.003);
  });

  it('forks by name, whatever was drawn before', () => {
    const fresh = createRng(5, 'augment');
    const used = createRng(5, 'augment');
    draw(100, used.uniform);
    expect(used.fork(3).uniform()).toBe(fresh.fork(3).uniform());
    expect(fresh.fork(3).uniform()).not.toBe(fresh.fork(4).uniform());
    expect(fresh.fork(3).fork(1).uniform()).not.toBe(fresh.fork(1).fork(3).uniform());
  });

  it('draws uniformly', () => {
    const values = draw(100_000, createRng(11).uniform);
    expect(Math.min(...values.slice(0, 50_000))).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values.slice(0, 50_000))).toBeLessThan(1);
    expect(mean(values)).toBeCloseTo(0.5, 2);
    expect(mean(values.map((value) => (value - 0.5) ** 2))).toBeCloseTo(1 / 12, 2);
  });

  it('draws every integer equally often', () => {
    const rng = createRng(12);
    const counts = new Array<number>(7).fill(0);
    for (let draws = 0; draws < 70_000; draws++) {
      const value = rng.integer(7);
      counts[value] = (counts[value] ?? 0) + 1;
    }
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(450);
    expect(rng.integer(1)).toBe(0);
  });

  it('draws normal numbers', () => {
    const values = draw(100_000, createRng(13).normal);
    expect(mean(values)).toBeCloseTo(0, 1);
    expect(mean(values.map((value) => value ** 2))).toBeCloseTo(1, 1);
    expect(mean(values.map((value) => value ** 4))).toBeGreaterThan(2.8);
    expect(mean(values.map((value) => value ** 4))).toBeLessThan(3.2);
  });

  it('shuffles fairly and loses nothing', () => {
    const rng = createRng(14);
    const places = new Array<number>(5).fill(0);
    for (let round = 0; round < 20_000; round++) {
      const shuffled = rng.shuffle(['a', 'b', 'c', 'd', 'e']);
      const place = shuffled.indexOf('a');
      places[place] = (places[place] ?? 0) + 1;
      expect([...shuffled].sort()).toEqual(['a', 'b', 'c', 'd', 'e']);
    }
    for (const count of places) expect(Math.abs(count - 4_000)).toBeLessThan(300);
    expect(rng.shuffle([])).toEqual([]);
  });
});
