import { expect, test } from 'vitest';
import { fakeRace } from '../../../../testing/fake-race.ts';
import type { RaceRow } from '../../../../stores/race.ts';
import {
  enumerated,
  signedPoints,
  standingWords,
  verdict,
  type RaceOutcome,
} from './race-words.ts';

function outcomeOf(end: 'winner' | 'tie' | 'racing', change: Partial<RaceOutcome> = {}) {
  const { phase = 'idle', rows = [], winner = null, leaders = [] } = fakeRace(end).race;
  return { phase, rows, winner, leaders, ...change };
}

test('a winner is named with its lead over the next best and how sure that is', () => {
  expect(verdict(outcomeOf('winner'))).toMatch(
    /^SAN is better than every other method here, by more than chance explains: \d+\.\d points \(between \d+\.\d and \d+\.\d points\) ahead of LoRA, the next best\.$/,
  );
});

test('where chance explains the lead, the sentence says so and what would help', () => {
  const outcome = outcomeOf('tie');
  expect(outcome.winner).toBeNull();
  expect(verdict(outcome)).toMatch(
    /^SAN leads, but LoRA( and Full fine-tuning are| is) within what chance explains\. More runs/,
  );
});

test('where the best are level none is said to lead', () => {
  const { rows, leaders } = outcomeOf('tie');
  const best = rows[0]?.meanAccuracy ?? null;
  const level = rows.map((row) => (row.method === 'lora' ? { ...row, meanAccuracy: best } : row));
  expect(leaders).toContain('lora');
  expect(verdict(outcomeOf('tie', { rows: level }))).toMatch(
    /^SAN and .*LoRA.* cannot be told apart\./,
  );
});

test('nothing is said while it runs, and little where little is known', () => {
  expect(verdict(outcomeOf('racing'))).toBeNull();
  const { rows } = outcomeOf('winner');
  const unknown: RaceRow[] = rows.map((row) => ({ ...row, meanAccuracy: null }));
  expect(verdict(outcomeOf('winner', { rows: unknown }))).toMatch(/^No run of this race/);
  const one = rows.map((row, index) => (index === 0 ? row : { ...row, meanAccuracy: null }));
  const stopped = outcomeOf('winner', { rows: one, phase: 'stopped', winner: null });
  expect(verdict(stopped)).toBe(
    'The race was stopped. Of the runs that ended: only SAN has a result, so there is nothing to compare.',
  );
});

test('a race stopped before every method had its turn has a leader and no winner', () => {
  const outcome = outcomeOf('winner', { phase: 'stopped', winner: null });
  expect(verdict(outcome)).toBe(
    'The race was stopped. Of the runs that ended: SAN leads, but not every method has had its turn.',
  );
});

test('only the winner is called so; others within chance are called that', () => {
  const words = (end: 'winner' | 'tie') => outcomeOf(end).rows.map(standingWords);
  expect(words('winner')).toEqual(['winner', ...Array<string>(3).fill('behind the best')]);
  expect(words('tie')).not.toContain('winner');
  expect(words('tie')[0]).toBe('best on average, not beyond chance');
  expect(words('tie')).toContain('cannot be told apart from the best');
});

test('points carry a sign unless they round to nothing', () => {
  expect([-0.0321, 0.05, -0.0001].map(signedPoints)).toEqual(['−3.2', '+5.0', '0.0']);
});

test('names are listed as one speaks', () => {
  expect([['a'], ['a', 'b'], ['a', 'b', 'c']].map(enumerated)).toEqual([
    'a',
    'a and b',
    'a, b and c',
  ]);
});
