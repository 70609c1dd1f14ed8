import { expect, test } from 'vitest';
import { countAudit } from './audit.ts';

const report = (severity: string) => ({
  metadata: { vulnerabilities: { [severity]: 1 } },
  vulnerabilities: { 'left-behind': { severity } },
});

test('a serious weakness fails, a lesser one does not', () => {
  expect(countAudit('audit', report('critical')).failures).toEqual([
    'audit: left-behind has a known weakness (critical)',
  ]);
  expect(countAudit('audit', report('high')).failures).toHaveLength(1);
  expect(countAudit('audit', report('moderate'))).toEqual({ passed: 1, skipped: 0, failures: [] });
});

test('a registry that does not answer is a skipped step, not a passed one', () => {
  for (const none of [null, {}]) {
    expect(countAudit('audit', none)).toEqual({ passed: 0, skipped: 1, failures: [] });
  }
});
