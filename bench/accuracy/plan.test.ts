import { expect, test } from 'vitest';
import { UsageError } from '../../cli/usage.ts';
import { parsePlan } from './plan.ts';

test('without words all methods run on both bundled backbones with three seeds', () => {
  const plan = parsePlan([]);
  expect(plan.methods).toContain('san');
  expect(plan.models).toHaveLength(2);
  expect(plan.seeds).toEqual([1, 2, 3]);
  expect(plan.photographs).toBeNull();
});

test('words narrow it', () => {
  const plan = parsePlan('--methods san,lora --demos none --seeds 1 --data photos'.split(' '));
  expect(plan).toMatchObject({ methods: ['san', 'lora'], demos: [], photographs: 'photos' });
  expect(plan.seeds).toEqual([1]);
});

test.each([['--seeds', '0'], ['--epochs', 'many'], ['--backend', 'cpu'], ['--unknown']])(
  '%s %s is refused',
  (...words) => {
    expect(() => parsePlan(words)).toThrow(UsageError);
  },
);
