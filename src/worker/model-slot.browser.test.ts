import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { Model } from '../engine/model.ts';
import { methodNamed } from '../engine/peft/registry.ts';
import { useBackend } from '../testing/devices.ts';
import { microBackbone } from '../testing/micro-backbone.ts';
import { movedModel } from '../testing/trained-networks.ts';
import { ModelSlot, type ModelSource } from './model-slot.ts';

beforeAll(() => useBackend('wasm'));

const loaded = await microBackbone('vit-micro');

async function trained(name: string): Promise<ModelSource> {
  const method = methodNamed(name);
  const model = await movedModel(loaded, method);
  const [tensors, { classes, options }] = [await model.network.trained(), model];
  model.dispose();
  return {
    build: (frozen) => Model.trained(loaded, method, options, classes, tensors, frozen),
  };
}

/** Name → which tensor on the device holds it. */
const tensorsOf = ({ network }: Model): Map<string, number> =>
  new Map([...network.valueNames()].map(([value, name]) => [name, value.tensor.id]));

test('what two models share stays on the device, and nothing else', async () => {
  const [san, norm] = [await trained('san'), await trained('norm')];
  const slot = new ModelSlot();
  const before = tf.memory().numTensors;
  const first = tensorsOf(slot.get(san));
  const count = tf.memory().numTensors;
  const second = tensorsOf(slot.get(norm));
  const weight = 'blocks.0.attn.qkv.weight';
  expect(second.get(weight)).toBe(first.get(weight));
  expect(second.get('head.weight')).not.toBe(first.get('head.weight'));
  slot.get(san);
  expect(tf.memory().numTensors).toBe(count);
  slot.clear();
  expect(tf.memory().numTensors).toBe(before);
});

test('a model that cannot be built leaves nothing on the device', async () => {
  const slot = new ModelSlot();
  const before = tf.memory().numTensors;
  slot.get(await trained('san'));
  const broken: ModelSource = {
    build: (frozen) => Model.trained(loaded, methodNamed('san'), {}, ['a', 'b'], new Map(), frozen),
  };
  expect(() => slot.get(broken)).toThrow(/must hold the tensor/);
  expect(tf.memory().numTensors).toBe(before);
});
