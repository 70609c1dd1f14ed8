import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { backends, testDevice, useBackend } from '../../testing/devices.ts';
import { microBackbone } from '../../testing/micro-backbone.ts';
import { parseForm } from '../form.ts';
import { shadersReady } from '../ops/speed.ts';
import { Model } from '../model.ts';
import { methodNamed } from '../peft/registry.ts';
import { parseTraining } from './settings.ts';
import { planSteps } from './step-memory.ts';

const SMALL = { memory: { largestTensor: 2 ** 32, allTensors: null, system: 1 } };

async function planned(backbone: string, memory: string, device = testDevice) {
  const method = methodNamed('san');
  const loaded = await microBackbone(backbone);
  const model = Model.fresh(loaded, method, parseForm(method.info.fields, {}), ['a', 'b'], 1);
  const before = tf.memory().numTensors;
  const plan = planSteps(model.network, parseTraining(method.info, { memory }), { ...device });
  expect(tf.memory().numTensors).toBe(before);
  await shadersReady(() => undefined);
  model.dispose();
  return plan;
}

describe.each(backends)('on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  test('a step that keeps everything takes more than one that computes its blocks again', async () => {
    const [kept, recomputed] = [
      await planned('vit-micro', 'keep'),
      await planned('vit-micro', 'recompute'),
    ];
    expect(kept.recomputes).toBe(false);
    expect(recomputed.recomputes).toBe(true);
    expect(recomputed.bytes).toBeLessThan(0.85 * kept.bytes);
    expect(await planned('vit-micro', 'auto')).toEqual(kept);
  });

  test('a device with hardly any memory gets one image at a time', async () => {
    const plan = await planned('vit-micro', 'auto', { ...testDevice, ...SMALL });
    expect(plan).toMatchObject({ recomputes: true, batchSize: 1, accumulation: 16 });
  });
});
