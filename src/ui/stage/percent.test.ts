import { expect, test } from 'vitest';
import { intervalWords, percent, precisePercent } from './percent.ts';

test('shares in words', () => {
  expect(percent(0.857)).toBe('86 %');
  expect(precisePercent(0.8574)).toBe('85.7 %');
  expect(intervalWords({ low: 0.812, high: 0.9 })).toBe('between 81 and 90 %');
  expect(intervalWords({ low: 0.9996, high: 1 })).toBe('about 100 %');
});
