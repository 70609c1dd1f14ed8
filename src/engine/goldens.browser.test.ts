import { beforeAll, describe, expect, test } from 'vitest';
import { backends, useBackend } from '../testing/devices.ts';
import { keptGoldens, loadGolden } from '../testing/goldens.ts';
import { checkGolden } from './goldens.ts';

describe.each(backends)('on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  test.each(keptGoldens)('%s trains %s as PyTorch does', async (name, method) => {
    const { golden, reference } = await loadGolden(name);
    const report = await checkGolden(golden, method, await reference(method));
    expect(report.pass, JSON.stringify(report)).toBe(true);
  });
});
