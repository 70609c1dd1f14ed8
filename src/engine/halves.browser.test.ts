/** Networks whose frozen weights lie in half precision. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { createRng } from '../lib/rng.ts';
import { useBackend } from '../testing/devices.ts';
import { microBackbone } from '../testing/micro-backbone.ts';
import { differentiate } from './autograd.ts';
import { fieldDefaults } from './form.ts';
import { relativeError } from './golden-errors.ts';
import { Network } from './network.ts';
import { crossEntropy } from './ops/cross-entropy.ts';
import { methodNamed } from './peft/registry.ts';
import type { TensorData } from '../lib/safetensors.ts';

const CLASSES = 4;

async function networkOf(name: string, method: string, halves: boolean): Promise<Network> {
  const { backbone, weights } = await microBackbone(name);
  const { info } = methodNamed(method);
  const options = fieldDefaults(info.fields);
  const rng = createRng(3);
  const plan = { backbone, method: methodNamed(method), options, weights, classes: CLASSES, rng };
  return new Network({ ...plan, halves });
}

function imagesFor({ backbone: { imageSize } }: Network): tf.Tensor4D {
  return tf.randomNormal([2, imageSize, imageSize, 3], 0, 1, 'float32', 7);
}

async function logitsOf(network: Network): Promise<Float32Array> {
  const images = imagesFor(network);
  const output = network.predict(images);
  const values = Float32Array.from(await output.data());
  tf.dispose([images, output]);
  return values;
}

async function gradientsOf(network: Network): Promise<Map<string, TensorData>> {
  const images = imagesFor(network);
  const targets = tf
    .oneHot(tf.tensor1d([0, 3], 'int32'), CLASSES)
    .toFloat()
    .as2D(2, CLASSES);
  const ones = tf.ones<tf.Rank.R1>([2]);
  differentiate(() => crossEntropy(network.forward(images), targets, ones).loss).dispose();
  const gradients = new Map<string, TensorData>();
  for (const { name, shape, value } of network.trainable) {
    const data = Float32Array.from((await value.gradient?.data<'float32'>()) ?? []);
    value.gradient?.dispose();
    value.gradient = null;
    gradients.set(name, { shape, data });
  }
  tf.dispose([images, targets, ones]);
  return gradients;
}

const largest = (a: Float32Array, b: Float32Array): number =>
  Math.max(...a.map((value, i) => Math.abs(value - (b[i] ?? Number.NaN))));

const cases = [
  ['vit-micro', 'san'],
  ['vit-micro', 'lora'],
  ['resnet-micro-bottleneck', 'san'],
  ['resnet-micro-bottleneck', 'lora'],
  ['convnext-micro', 'san'],
  ['swin-micro', 'san'],
  ['mixer-micro', 'san'],
] as const;

beforeAll(() => useBackend('webgpu'));

describe('while it trains', () => {
  test.each(cases)(
    '%s with %s answers and learns as with full weights, to a hundredth',
    async (backbone, method) => {
      const [full, half] = [
        await networkOf(backbone, method, false),
        await networkOf(backbone, method, true),
      ];
      const [logits, halfLogits] = [await logitsOf(full), await logitsOf(half)];
      const difference = largest(halfLogits, logits);
      expect(difference).toBeGreaterThan(0);
      expect(difference).toBeLessThan(1e-2);
      const error = relativeError(await gradientsOf(half), await gradientsOf(full));
      expect(error).toBeLessThan(2e-2);
      full.dispose();
      half.dispose();
    },
  );
});

describe('what is taken home', () => {
  test.each([
    ['vit-micro', 'san'],
    ['resnet-micro-bottleneck', 'ssf'],
    ['vit-micro', 'norm'],
  ])('%s with %s merges into the very numbers that came', async (backbone, method) => {
    const [full, half] = [
      await networkOf(backbone, method, false),
      await networkOf(backbone, method, true),
    ];
    const [expected, merged] = [await full.merged(), await half.merged()];
    for (const [name, { data }] of expected) {
      expect(largest(merged.get(name)?.data ?? new Float32Array(), data), name).toBe(0);
    }
    full.dispose();
    half.dispose();
  });

  test('unpacked, a network answers as one that never lay in halves, and frees them', async () => {
    const full = await networkOf('resnet-micro-bottleneck', 'san', false);
    const logits = await logitsOf(full);
    full.dispose();
    const before = tf.memory().numTensors;
    const half = await networkOf('resnet-micro-bottleneck', 'san', true);
    await logitsOf(half);
    half.unpack();
    expect(largest(await logitsOf(half), logits)).toBe(0);
    half.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  test('halves take half of the bytes', async () => {
    const bytesOf = async (halves: boolean): Promise<number> => {
      const before = tf.memory().numBytes;
      const network = await networkOf('vit-micro', 'linear', halves);
      const bytes = tf.memory().numBytes - before;
      network.dispose();
      return bytes;
    };
    expect(await bytesOf(true)).toBeLessThan(0.65 * (await bytesOf(false)));
  });
});
