import { expect, test } from 'vitest';
import type { AccuracyRecord } from './records.ts';
import { accuracyTables } from './table.ts';

function record(method: string, seed: number, hits: number): AccuracyRecord {
  return {
    key: `${method} ${seed}`,
    model: 'vit',
    data: 'demo',
    method,
    seed,
    epochs: 10,
    learningRate: 0.005,
    right: Array.from({ length: 100 }, (_, image) => (image < hits ? 1 : 0)),
    bestEpoch: 3,
    trainImages: 400,
    trainableParameters: 50,
    totalParameters: 1000,
    seconds: 12.4,
    imagesPerSecond: 30,
    device: 'test',
    date: '2026-01-01T00:00:00.000Z',
  };
}

const row = (text: string, method: string): string[] =>
  (text.split('\n').find((line) => line.startsWith(`| ${method} `)) ?? '')
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());

test('the best mean comes first, with every seed, its spread and what it cost', () => {
  const text = accuracyTables([
    record('linear', 1, 60),
    record('san', 1, 90),
    record('linear', 2, 62),
    record('san', 2, 92),
  ]);
  expect(text).toContain('### vit, demo');
  expect(text.indexOf('| san ')).toBeLessThan(text.indexOf('| linear '));
  expect(row(text, 'san').slice(0, 2)).toEqual(['san', '91.0']);
  expect(row(text, 'san').slice(3, 6)).toEqual(['1.4', '90.0 · 92.0', '']);
  expect(row(text, 'san').slice(6)).toEqual(['0.005', '5.00 %', '12']);
  expect(row(text, 'linear')[5]).toMatch(/^−30\.0 /);
  expect(text).toContain('san is ahead of every other method beyond chance.');
});

test('where chance may explain the lead it says so and names who is level', () => {
  const text = accuracyTables([record('lora', 1, 79), record('san', 1, 80)]);
  expect(text).toContain('san has the best mean; chance alone may put it before lora.');
});

test('every backbone, data set and budget has a table of its own', () => {
  const first = record('san', 1, 90);
  const text = accuracyTables([first, { ...first, data: 'photographs' }, { ...first, epochs: 4 }]);
  expect(text.match(/^### .*/gm)).toEqual([
    '### vit, demo, 10 epochs',
    '### vit, photographs, 10 epochs',
    '### vit, demo, 4 epochs',
  ]);
});
