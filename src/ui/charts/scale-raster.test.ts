import { describe, expect, test } from 'vitest';
import type { ScaleSite } from '../../protocol.ts';
import { niceRange, paletteIndex, paletteOf } from './diverging.ts';
import {
  channelsOfColumn,
  mostExtreme,
  paintScales,
  sortedChannels,
  strongestChannels,
  typicalDistance,
} from './scale-raster.ts';

const site = (name: string, width: number, offset: number): ScaleSite => ({
  site: name,
  label: name,
  width,
  offset,
});

const palette = paletteOf([
  [0, 0, 255],
  [255, 255, 255],
  [255, 0, 0],
]);
const [COOL, SURFACE, WARM] = [palette[0], palette[255], palette[510]];

describe('columns and channels', () => {
  test.each([
    [576, 200],
    [192, 577],
    [1, 90],
    [3072, 999],
  ])('%i channels over %i columns leave none out', (width, columns) => {
    const seen = new Set<number>();
    for (let column = 0; column < columns; column++) {
      const { from, to } = channelsOfColumn(column, columns, width);
      for (let channel = from; channel < to; channel++) seen.add(channel);
      expect(to).toBeLessThanOrEqual(width);
    }
    expect(seen.size).toBe(width);
  });

  test('the most extreme channel is the one farthest from 1', () => {
    expect(mostExtreme(Float32Array.of(1.1, 0.8, 1.15), 0, 3)).toBe(1);
    expect(mostExtreme(Float32Array.of(1.1, 0.8, 1.15), 2, 3)).toBe(2);
  });
});

describe('painting', () => {
  test('an outlier among many channels is seen, and narrow rows span the width', () => {
    const sites = [site('wide', 1000, 0), site('narrow', 2, 1000)];
    const values = new Float32Array(1002).fill(1);
    values[501] = 2;
    values.set([0, 1], 1000);
    const pixels = new Uint32Array(20);
    paintScales(pixels, { sites, values, columns: 10, sorted: false, range: 1, palette });
    expect([...pixels.subarray(0, 10)].map((pixel) => pixel === WARM)).toEqual(
      Array.from({ length: 10 }, (_, i) => i === 5),
    );
    expect([...pixels.subarray(10)]).toEqual([
      ...Array.from({ length: 5 }, () => COOL),
      ...Array.from({ length: 5 }, () => SURFACE),
    ]);
  });

  test('sorted, the strongest stand first', () => {
    const pixels = new Uint32Array(3);
    const values = Float32Array.of(1, 0, 2);
    const options = { sites: [site('a', 3, 0)], values, columns: 3, range: 1, palette };
    paintScales(pixels, { ...options, sorted: true });
    expect([...pixels]).toEqual([WARM, SURFACE, COOL]);
    expect([...sortedChannels(values)]).toEqual([2, 0, 1]);
  });
});

test('1 is the middle of the palette and both ends saturate', () => {
  expect([0.5, 1, 1.5, 9, -9].map((scale) => paletteIndex(scale, 0.5))).toEqual([
    0, 255, 510, 510, 0,
  ]);
  expect(paletteIndex(Number.NaN, 0.5)).toBe(0);
});

test('ranges are round numbers that hold the value', () => {
  expect([0, 0.011, 0.02, 0.13, 0.5, 0.51, 3].map(niceRange)).toEqual([
    0.001, 0.02, 0.02, 0.2, 0.5, 1, 5,
  ]);
});

test('the strongest channels of a network, in order', () => {
  const sites = [site('a', 3, 0), site('b', 3, 3)];
  const { potentiated, depressed } = strongestChannels(
    sites,
    Float32Array.of(1.2, 1, 0.9, 1.5, 0.5, 1.3),
    2,
  );
  expect(potentiated.map((found) => [found.site.site, found.channel])).toEqual([
    ['b', 0],
    ['b', 2],
  ]);
  expect(depressed.map((found) => [found.site.site, found.channel])).toEqual([
    ['b', 1],
    ['a', 2],
  ]);
});

test('one wild channel does not set the range of all', () => {
  const values = new Float32Array(1000).fill(1.1);
  values[7] = 9;
  expect(typicalDistance(values)).toBeCloseTo(0.1);
  expect(typicalDistance(new Float32Array(0))).toBe(0);
});
