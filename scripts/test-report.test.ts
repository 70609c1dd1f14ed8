import { describe, expect, it } from 'vitest';
import {
  countCheck,
  countPlaywright,
  countVitest,
  summarize,
  withExitCode,
} from './test-report.ts';

const test = (status: string, fullName: string) => ({ status, fullName });

describe('countVitest', () => {
  it('counts tests and names the failed ones', () => {
    const result = countVitest({
      testResults: [
        {
          name: 'a.test.ts',
          status: 'failed',
          message: '',
          assertionResults: [test('passed', 'adds'), test('failed', 'divides')],
        },
        {
          name: 'b.test.ts',
          status: 'passed',
          message: '',
          assertionResults: [test('skipped', 'later'), test('todo', 'once')],
        },
      ],
    });
    expect(result).toEqual({ passed: 1, skipped: 2, failures: ['a.test.ts: divides'] });
  });

  it('counts a file that did not load', () => {
    const broken = {
      name: 'c.test.ts',
      status: 'failed',
      message: 'No such module\n  at c.test.ts:1',
      assertionResults: [],
    };
    expect(countVitest({ testResults: [broken] }).failures).toEqual(['c.test.ts: No such module']);
  });
});

describe('countPlaywright', () => {
  const spec = (title: string, status: string) => ({
    title,
    file: 'demo.spec.ts',
    tests: [{ status }],
  });

  it('counts nested journeys, and flaky ones as failed', () => {
    const result = countPlaywright({
      suites: [
        {
          title: 'demo.spec.ts',
          specs: [spec('opens', 'expected')],
          suites: [
            {
              title: 'demo',
              specs: [spec('trains', 'flaky'), spec('stops', 'unexpected'), spec('gpu', 'skipped')],
            },
          ],
        },
      ],
      errors: [{ message: 'The server did not start\nat …' }],
    });
    expect(result).toEqual({
      passed: 1,
      skipped: 1,
      failures: ['demo.spec.ts: trains', 'demo.spec.ts: stops', 'The server did not start'],
    });
  });
});

describe('withExitCode', () => {
  it('makes a bad end a failure where no test is to blame', () => {
    const fine = { passed: 3, skipped: 0, failures: [] };
    const failed = { passed: 3, skipped: 0, failures: ['a: b'] };
    expect(withExitCode('unit', fine, 0)).toBe(fine);
    expect(withExitCode('unit', failed, 1)).toBe(failed);
    expect(withExitCode('unit', fine, 1).failures).toHaveLength(1);
  });
});

it('summarizes plainly', () => {
  const lint = countCheck('eslint', 1);
  const types = countCheck('types', 0);
  expect(summarize([lint, types])).toBe('1 passed, 1 failed');
  expect(summarize([types, { passed: 4, skipped: 2, failures: [] }])).toBe(
    '5 passed, 0 failed, 2 skipped',
  );
  expect(lint.failures).toEqual(['eslint: ended with code 1']);
});
