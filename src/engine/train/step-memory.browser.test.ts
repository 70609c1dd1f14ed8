import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { backends, testDevice, useBackend } from '../../testing/devices.ts';
import { microBackbone } from '../../testing/micro-backbone.ts';
import { parseForm } from '../form.ts';
import { shadersReady } from '../ops/speed.ts';
import { Model } from '../model.ts';
import { methodNamed } from '../peft/registry.ts';
import { parseTraining } from './settings.ts';
import { planSmallerSteps, planSteps, type RunSteps } from './step-memory.ts';

const SMALL = { memory: { largestTensor: 2 ** 32, allTensors: null, system: 1 } };

/** Then in half of that, again and again, `halvings` times. */
async function planned(backbone: string, memory: string, device = testDevice, halvings = 0) {
  const method = methodNamed('san');
  const loaded = await microBackbone(backbone);
  const model = Model.fresh(loaded, method, parseForm(method.info.fields, {}), ['a', 'b'], 1);
  const before = tf.memory().numTensors;
  let plan: RunSteps = planSteps(model.network, parseTraining(method.info, { memory }), device);
  for (let i = 0; i < halvings; i++) plan = planSmallerSteps(model.network, plan);
  expect(tf.memory().numTensors).toBe(before);
  await shadersReady(() => undefined);
  model.dispose();
  return plan;
}

async function logits({ network }: Model): Promise<number[]> {
  const size = network.backbone.imageSize;
  const images = tf.randomNormal([2, size, size, 3], 0, 1, 'float32', 7);
  const output = network.predict(images);
  const values = [...(await output.data())];
  tf.dispose([images, output]);
  return values;
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

  test.each(['vit-micro', 'resnet-micro-bottleneck', 'convnext-micro'])(
    'planning the steps of %s leaves what it computes as it is',
    async (name) => {
      const method = methodNamed('san');
      const loaded = await microBackbone(name);
      const fresh = () =>
        Model.fresh(loaded, method, parseForm(method.info.fields, {}), ['a', 'b'], 1);
      const [rehearsed, untouched] = [fresh(), fresh()];
      planSteps(rehearsed.network, parseTraining(method.info, {}), testDevice);
      await shadersReady(() => undefined);
      expect(await logits(rehearsed)).toEqual(await logits(untouched));
      rehearsed.dispose();
      untouched.dispose();
    },
  );

  test('a device with hardly any memory gets one image at a time', async () => {
    const plan = await planned('vit-micro', 'auto', { ...testDevice, ...SMALL });
    expect(plan).toMatchObject({ recomputes: true, batchSize: 1, accumulation: 16 });
  });

  test('steps that took too much are taken in half the memory until one image is left', async () => {
    const whole = await planned('vit-micro', 'keep');
    const smaller = await planned('vit-micro', 'keep', testDevice, 1);
    expect(smaller).toMatchObject({ batchSize: whole.batchSize, recomputes: true });
    expect(smaller.bytes).toBeLessThanOrEqual(whole.bytes / 2);
    expect(smaller.atATime).toBeLessThan(whole.atATime);
    const smallest = await planned('vit-micro', 'keep', testDevice, 8);
    expect(smallest).toMatchObject({ batchSize: whole.batchSize, atATime: 1 });
  });
});
