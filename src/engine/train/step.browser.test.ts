import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import type { FormValues } from '../../protocol.ts';
import { createRng } from '../../lib/rng.ts';
import { openDevice } from '../../testing/devices.ts';
import { microBackbone } from '../../testing/micro-backbone.ts';
import { parseForm } from '../form.ts';
import { Model } from '../model.ts';
import { methodNamed } from '../peft/registry.ts';
import type { Scaling } from '../ops/pixels.ts';
import { imageFeed } from './feed.ts';
import { StepNoise } from './noise.ts';
import { ADAMW_DEFAULTS, AdamW } from './optimizer.ts';
import { readMetrics, TrainingStep, type LoadedBatch } from './step.ts';

const CLASSES = ['a', 'b', 'c'];

function batchOf(length: number, side: number, scaling: Scaling, seed: number): LoadedBatch {
  const rng = createRng(seed, 'pixels');
  const places = Array.from({ length }, (_, i) => i);
  const bytes = Uint8Array.from({ length: length * side * side * 3 }, () => rng.integer(256));
  return {
    feed: imageFeed(bytes, length, scaling),
    batch: {
      start: 0,
      images: places,
      labels: Int32Array.from(places, (i) => (i + seed) % CLASSES.length),
      weights: new Float32Array(length).fill(1),
    },
  };
}

interface Way {
  readonly recorded: boolean;
  readonly recomputes?: boolean;
  readonly options?: FormValues;
  readonly lengths: readonly number[];
}

/** Losses and gradient norms of steps on batches of these lengths. */
async function train(
  backbone: string,
  name: string,
  { recorded, recomputes = false, options = {}, lengths }: Way,
) {
  const loaded = await microBackbone(backbone);
  const method = methodNamed(name);
  const form = parseForm(method.info.fields, options);
  const model = Model.fresh(loaded, method, form, CLASSES, 1);
  const { network } = model;
  const optimizer = new AdamW(network.trainable, { ...ADAMW_DEFAULTS, weightDecay: 0.01 });
  const noise = new StepNoise(createRng(1, 'dropout'));
  const plan = { network, optimizer, noise, recomputes, mixed: false };
  let step = new TrainingStep(plan);
  const found: number[] = [];
  for (const [i, length] of lengths.entries()) {
    const batch = batchOf(length, network.backbone.imageSize, loaded.info.preprocessing, i);
    const { loss, gradientNorm } = await readMetrics(step.run([batch], 0.1, 0.01 / (i + 1)), i);
    found.push(loss, gradientNorm);
    if (recorded) continue;
    // A step that has never run before is never recorded.
    step.dispose();
    step = new TrainingStep(plan);
  }
  const trained = await network.trained();
  step.dispose();
  optimizer.dispose();
  model.dispose();
  return [...found, ...[...trained.values()].flatMap(({ data }) => [...data])];
}

describe.each([
  ['webgpu', 'vit-micro', 'san', {}],
  ['webgpu', 'resnet-micro-bottleneck', 'full', {}],
  ['webgpu', 'swin-micro', 'adaptformer', {}],
  ['webgpu', 'vit-micro', 'lora', { dropout: 0.3 }],
] as const)('on %s', (device, backbone, method, options) => {
  beforeAll(() => openDevice(device));

  test(`steps of ${backbone} with ${method} come to the same numbers when they are recorded`, async () => {
    const lengths = [4, 4, 4, 4, 3, 4];
    const way = { lengths, options };
    const eager = await train(backbone, method, { ...way, recorded: false });
    expect(await train(backbone, method, { ...way, recorded: true })).toEqual(eager);
  });
});

describe.each([
  ['webgpu', 'vit-micro', 'san', {}],
  ['wasm', 'vit-micro', 'lora', { dropout: 0.3 }],
  ['wasm', 'vit-micro', 'vpt_deep', {}],
] as const)('on %s', (device, backbone, method, options) => {
  beforeAll(() => openDevice(device));

  test(`steps of ${backbone} with ${method} come to the same numbers when blocks are recomputed`, async () => {
    const way = { recorded: true, options, lengths: [4, 4, 4, 3] };
    const kept = await train(backbone, method, way);
    expect(await train(backbone, method, { ...way, recomputes: true })).toEqual(kept);
  });
});

describe('what a step measured', () => {
  beforeAll(() => openDevice('wasm'));

  /** Of two batches of three rows, the last of which pads, and two sums of squares. */
  const read = (numbers: readonly number[]) =>
    readMetrics({ values: tf.tensor1d([...numbers]), batches: 2, rowsPerImage: 1.5 }, 7);

  test('is told by images, whatever pads a batch', async () => {
    const before = tf.memory().numTensors;
    const { loss, accuracy, gradientNorm } = await read([1, 0.5, 0.6, 0.1, 9, 16]);
    expect([loss, accuracy, gradientNorm].map((value) => value.toFixed(5))).toEqual([
      '1.20000',
      '0.45000',
      '5.00000',
    ]);
    expect(tf.memory().numTensors).toBe(before);
  });

  test.each([
    ['a loss that is no number', [Number.NaN, 0.5, 0.6, 0.1, 9, 16], 'it was NaN with .* of 5'],
    ['an infinite one', [1, 0.5, Infinity, 0.1, 9, 16], 'it was Infinity with'],
    ['a gradient that is no number', [1, 0.5, 0.6, 0.1, 9, Number.NaN], '.*norm of NaN'],
    ['an infinite gradient', [1, 0.5, 0.6, 0.1, Infinity, 16], '.*norm of Infinity'],
    ['numbers that are not there', [1, 0.5], 'it was NaN'],
  ])('%s ends the run in a sentence', async (_, numbers, told) => {
    const before = tf.memory().numTensors;
    const failure = expect.objectContaining({
      code: 'not-finite',
      message: expect.stringMatching(`^The loss must stay .* at step 7 ${told}`) as string,
    }) as Error;
    await expect(read(numbers)).rejects.toEqual(failure);
    expect(tf.memory().numTensors).toBe(before);
  });
});
