import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { NumberField } from '../../protocol.ts';
import { fromTrack, toTrack, TRACK_STEPS } from './number-track.ts';

const field = (over: Partial<NumberField>): NumberField => ({
  kind: 'number',
  name: 'rate',
  label: 'Rate',
  help: '',
  advanced: false,
  default: 0.005,
  min: 1e-5,
  max: 0.1,
  integer: false,
  scale: 'log',
  unit: null,
  ...over,
});

test('a logarithmic slider has the geometric mean in its middle', () => {
  expect(fromTrack(field({}), TRACK_STEPS / 2)).toBe(0.001);
  expect(toTrack(field({}), 0.001)).toBe(TRACK_STEPS / 2);
});

test('its ends are the range, also where the range starts at 0', () => {
  for (const over of [{}, { min: 0 }, { min: 1, max: 300, integer: true }] as const) {
    const ranged = field(over);
    expect(fromTrack(ranged, 0)).toBe(ranged.min);
    expect(fromTrack(ranged, TRACK_STEPS)).toBe(ranged.max);
  }
});

test('no position leaves the range, and values never go down on the way up', () => {
  fc.assert(
    fc.property(
      fc.constantFrom<'linear' | 'log'>('linear', 'log'),
      fc.integer({ min: 0, max: 20 }),
      fc.integer({ min: 1, max: 500 }),
      fc.boolean(),
      (scale, min, span, integer) => {
        const ranged = field({ scale, min, max: min + span, integer });
        const values = Array.from({ length: 101 }, (_, position) => fromTrack(ranged, position));
        expect(values.every((value) => value >= min && value <= min + span)).toBe(true);
        expect(values).toEqual(values.toSorted((a, b) => a - b));
      },
    ),
  );
});

test('a value outside the range stands at the nearer end', () => {
  expect([toTrack(field({}), 5), toTrack(field({}), 1e-9)]).toEqual([TRACK_STEPS, 0]);
});
