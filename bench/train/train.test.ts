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

test.each([['--batch', '0'], ['--backend', 'cpu'], ['--memory', 'much'], ['--unknown']])(
  '%s %s is refused',
  (...words) => expect(() => parsePlan(words)).toThrow(UsageError),
);

test('the table gives medians over all steps, their spread and the ratio', () => {
  const speeds = { flops: 8e9, bestFlopsPerSecond: 25e9 };
  const measured = {
    ...speeds,
    firstStepMs: 3000,
    submitMs: [2, 4],
    dispatches: 150,
    peakBytes: 5e7,
  };
  const none = { ...measured, dispatches: 0, peakBytes: 0 };
  const speed = { model: 'vit', method: 'san', device: 'test', batch: 16, date: '' };
  const text = speedTable([
    {
      ...speed,
      own: [{ ...measured, stepMs: [800, 640, 500] }],
      stock: [{ ...none, stepMs: [6400, 8000, 3200] }],
    },
  ]);
  expect(text).toContain('| 25.0 (20.0 – 32.0) | 2.50 (2.00 – 5.00) | 10.0 ');
  expect(text).toContain('| 12.5 : 1.3 | 50 %');
  expect(text).toContain('| 150 : – ');
  expect(text).toContain('| 3.0 : 3.0 ');
  expect(text).toContain('| 50 : – ');
});
