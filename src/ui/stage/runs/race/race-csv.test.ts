import { expect, test } from 'vitest';
import { fakeRace } from '../../../../testing/fake-race.ts';
import { raceCsv } from './race-csv.ts';

test('every method has a line of as many fields as the header', () => {
  const { rows = [] } = fakeRace('racing').race;
  const [header = '', ...lines] = raceCsv(rows).trimEnd().split('\n');
  expect(lines).toHaveLength(rows.length);
  for (const line of lines) {
    const fields = line.replace(/"[^"]*"/g, 'text').split(',');
    expect(fields).toHaveLength(header.split(',').length);
  }
});

test('accuracies are written as they were measured', () => {
  const { rows = [] } = fakeRace('winner').race;
  const [header = '', first = ''] = raceCsv(rows).split('\n');
  const fields = first.split(',');
  const field = (name: string) => fields[header.split(',').indexOf(name)];
  expect(field('method')).toBe('"SAN"');
  expect(Number(field('mean_accuracy'))).toBe(rows[0]?.meanAccuracy);
  expect(field('accuracies_by_seed')).toBe(`"${rows[0]?.perSeed.join(' ')}"`);
  expect(field('difference_to_best')).toBe('');
});
