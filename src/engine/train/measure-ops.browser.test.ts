import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { useBackend } from '../../testing/devices.ts';
import { measureOps } from './measure-ops.ts';

test('every op is timed as often as asked, and nothing stays on the device', async () => {
  await useBackend('wasm');
  const before = tf.memory().numTensors;
  const measured = await measureOps(2);
  expect(new Set(measured.map(({ name }) => name)).size).toBe(measured.length);
  for (const { milliseconds } of measured) {
    expect(milliseconds).toHaveLength(2);
    expect(Math.min(...milliseconds)).toBeGreaterThan(0);
  }
  expect(tf.memory().numTensors).toBe(before);
});
