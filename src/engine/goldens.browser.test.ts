import { beforeAll, describe, expect, test } from 'vitest';
import { backends, useBackend } from '../testing/devices.ts';
import { keptGoldens, loadGolden } from '../testing/goldens.ts';
import { checkGolden } from './goldens.ts';

/**
 * An emulated adapter takes minutes for what WebAssembly does in seconds. Every method runs there on
 * one network of tokens and on one of convolutions; of the others it trains what brings their own ops
 * to bear, and `san check-goldens` runs the rest.
 */
const onWebgpu = keptGoldens.filter(
  ([name, method]) =>
    ['vit-micro', 'resnet-micro-bottleneck'].includes(name) || ['san', 'full'].includes(method),
);

describe.each(backends)('on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  test.each(backend === 'wasm' ? keptGoldens : onWebgpu)(
    '%s trains %s as PyTorch does',
    async (name, method) => {
      const { golden, reference } = await loadGolden(name);
      const report = await checkGolden(golden, method, await reference(method));
      expect(report.pass, JSON.stringify(report)).toBe(true);
    },
  );
});
