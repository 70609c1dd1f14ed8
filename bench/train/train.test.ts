import { expect, test } from 'vitest';
import { UsageError } from '../../cli/usage.ts';
import { parsePlan } from './plan.ts';
import { speedTable } from './table.ts';

test('without words four methods train on both bundled backbones', () => {
  const plan = parsePlan([]);
  expect(plan.methods).toEqual(['san', 'linear', 'lora', 'full']);
  expect(plan.models).toHaveLength(2);
  expect(parsePlan(['--methods', 'san', '--rounds', '1'])).toMatchObject({
    methods: ['san'],
    rounds: 1,
  });
});

test.each([['--batch', '0'], ['--backend', 'cpu'], ['--unknown']])('%s %s is refused', (...words) =>
  expect(() => parsePlan(words)).toThrow(UsageError),
);

test('the table gives medians, their spread and the ratio', () => {
  const speed = { model: 'vit', method: 'san', device: 'test' };
  const text = speedTable([{ ...speed, own: [20, 30, 25], stock: [5, 2, 2.5] }]);
  expect(text).toContain('| vit | san | 25.0 (20.0 – 30.0) | 2.50 (2.00 – 5.00) | 10.0 |');
});
