import { beforeAll, describe, expect, test } from 'vitest';
import { backends, useBackend } from '../testing/devices.ts';
import { loadGolden } from '../testing/goldens.ts';
import { checkGolden } from './goldens.ts';

const cases: [string, string][] = [
  ...['san', 'san_shift', 'san_propagationinterpolated', 'linear', 'full'].map(
    (method): [string, string] => ['vit-micro', method],
  ),
  ...['san', 'san_shift', 'linear', 'full'].map((method): [string, string] => [
    'resnet-micro-bottleneck',
    method,
  ]),
];

describe.each(backends)('on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  test.each(cases)('%s trains %s as PyTorch does', async (name, method) => {
    const { golden, reference } = await loadGolden(name);
    const report = await checkGolden(golden, method, await reference(method));
    expect(report.pass, JSON.stringify(report)).toBe(true);
  });
});
