import { expect, test } from 'vitest';
import { estimateFit } from '../../../lib/memory-estimate.ts';
import { fitLabel, fitSentences } from './fit-text.ts';

const laptop = { memory: { largestTensor: 2 ** 31, allTensors: null, system: 8 * 2 ** 30 } };
const small = { parameters: 2_829_888, activations: 686_208 };
const base = { parameters: 102_595_923, activations: 16_490_496 };

test('a small network fits, with both numbers', () => {
  const fit = estimateFit(small, laptop, 16);
  expect(fitLabel[fit.state]).toBe('Should fit');
  expect(fitSentences(fit, 16).join(' ')).toBe(
    'Training with 16 images at a time takes about 254 MB, full fine-tuning about 408 MB. This device should give 4.3 GB without trouble and 17 GB at most. These are estimates: browsers tell little about memory.',
  );
});

test('a tight one says which batch size would do', () => {
  const fit = estimateFit(base, laptop, 16);
  expect(fitLabel[fit.state]).toBe('May be tight');
  expect(fitSentences(fit, 16)).toContain(
    'Where it is short, fewer go through it at a time by themselves: 8 take about 3.9 GB.',
  );
});

test('one that is too large says that a smaller batch does not help', () => {
  const phone = { memory: { ...laptop.memory, system: 2 ** 30 } };
  const fit = estimateFit(base, phone, 16);
  expect(fitLabel[fit.state]).toBe('Too large here');
  expect(fitSentences(fit, 16).join(' ')).toMatch(/A smaller batch does not help/);
});
