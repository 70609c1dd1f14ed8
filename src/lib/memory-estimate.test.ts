import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { estimateFit } from './memory-estimate.ts';

const GB = 2 ** 30;
const MB = 1_000_000;

const laptop = { memory: { largestTensor: 2 ** 31, allTensors: null, system: 8 * GB } };
const phone = { memory: { largestTensor: 2 ** 28, allTensors: null, system: 4 * GB } };
const wasm = { memory: { largestTensor: 2 ** 32, allTensors: 2 ** 32, system: null } };

const bundledVit = { parameters: 2_829_888, activations: 686_208 };
const bundledResnet = { parameters: 1_576_800, activations: 526_336 };
const vitBase = { parameters: 102_595_923, activations: 16_490_496 };
const dinoBase518 = { parameters: 86_579_712, activations: 114_684_672 };

describe('estimateFit', () => {
  it.each([
    [bundledVit, 8, 129.6],
    [bundledVit, 16, 234.7],
    [bundledResnet, 8, 103.3],
    [bundledResnet, 16, 187.7],
  ])('is near what SAN took: %j, batch %i, %d MB', (network, batch, measured) => {
    const { needed } = estimateFit(network, laptop, batch);
    expect(needed / MB).toBeGreaterThan(0.9 * measured);
    expect(needed / MB).toBeLessThan(1.15 * measured);
  });

  it.each([
    [bundledVit, 16, 263.5],
    [bundledResnet, 8, 154.4],
    [bundledResnet, 16, 283.4],
  ])('is not below what full fine-tuning took: %j, batch %i, %d MB', (network, batch, measured) => {
    const { neededFully } = estimateFit(network, laptop, batch);
    expect(neededFully / MB).toBeGreaterThan(measured);
    expect(neededFully / MB).toBeLessThan(1.6 * measured);
  });

  it('lets the bundled networks train anywhere', () => {
    for (const device of [laptop, phone, wasm]) {
      expect(estimateFit(bundledVit, device, 16)).toMatchObject({
        state: 'fits',
        better: null,
      });
    }
  });

  it('says which batch would fit where this one is tight', () => {
    const { needed } = estimateFit(vitBase, laptop, 8);
    expect(estimateFit(vitBase, laptop, 16)).toMatchObject({
      state: 'tight',
      better: { batch: 8, needed },
    });
    expect(estimateFit(vitBase, laptop, 8).state).toBe('fits');
  });

  it('says what is too large whatever the batch', () => {
    expect(estimateFit(dinoBase518, phone, 16)).toMatchObject({
      state: 'too-large',
      better: null,
    });
    expect(estimateFit(dinoBase518, laptop, 16).state).toBe('tight');
  });

  it('knows that one tensor may be too large by itself', () => {
    const memory = { largestTensor: 2 ** 27, allTensors: null, system: 8 * GB };
    expect(estimateFit(bundledVit, { memory }, 256)).toMatchObject({
      state: 'tight',
      better: { batch: 128 },
    });
    expect(estimateFit(bundledVit, laptop, 256).state).toBe('fits');
  });

  it('recommends only smaller batches, and needs more for more images', () => {
    const system = fc.constantFrom(null, 1, 2, 4, 8).map((gb) => gb && gb * GB);
    const network = fc.record({
      parameters: fc.integer({ min: 1000, max: 300_000_000 }),
      activations: fc.integer({ min: 1000, max: 200_000_000 }),
    });
    fc.assert(
      fc.property(network, system, fc.integer({ min: 1, max: 512 }), (size, ram, batch) => {
        const device = { memory: { largestTensor: 2 ** 30, allTensors: null, system: ram } };
        const fit = estimateFit(size, device, batch);
        expect(fit.needed).toBeGreaterThan(0);
        expect(estimateFit(size, device, batch + 1).needed).toBeGreaterThan(fit.needed);
        expect(fit.neededFully).toBeGreaterThan(fit.needed);
        if (fit.better === null) return;
        expect(fit.state).toBe('tight');
        expect(fit.better.batch).toBeLessThan(batch);
        expect(fit.better.needed).toBeLessThanOrEqual(fit.most);
      }),
    );
  });
});
