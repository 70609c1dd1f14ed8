import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import type { EpochRecord, FormValues, RunPhase, StepRecord } from '../protocol.ts';
import { colourClasses, colourImages } from '../testing/colour-images.ts';
import { backends, testDevice, useBackend } from '../testing/devices.ts';
import { microBackbone } from '../testing/micro-backbone.ts';
import { deviceBytes } from './backend.ts';
import type { LoadedBackbone } from './loaded-backbone.ts';
import { Run, type CompletedRun, type RunImages } from './run.ts';
import type { TrainingHooks } from './train/contract.ts';

interface Told extends CompletedRun {
  readonly run: Run;
  readonly steps: StepRecord[];
  readonly epochs: EpochRecord[];
}

interface StartOptions {
  /** Images a class. */
  readonly images?: number;
  readonly store?: RunImages;
  readonly methodOptions?: FormValues;
  readonly onEpoch?: (run: Run) => void;
  readonly onPhase?: (phase: RunPhase, run: Run) => void;
}

async function startRun(
  backbone: string | LoadedBackbone,
  method: string,
  training: FormValues,
  { images = 8, store = colourImages, methodOptions = {}, onEpoch, onPhase }: StartOptions = {},
): Promise<Told> {
  const loaded = typeof backbone === 'string' ? await microBackbone(backbone) : backbone;
  const config = { method, methodOptions, training, classes: colourClasses(images) };
  const run = new Run(1, config, loaded, store, testDevice);
  const steps: StepRecord[] = [];
  const epochs: EpochRecord[] = [];
  const hooks: TrainingHooks = {
    onPrepare: () => undefined,
    onPhase: (phase) => onPhase?.(phase, run),
    onProgress: () => undefined,
    onScales: () => undefined,
    onStep: (record) => steps.push(record),
    onEpoch: (record) => {
      epochs.push(record);
      onEpoch?.(run);
    },
  };
  try {
    return { run, ...(await run.complete(hooks)), steps, epochs };
  } catch (error) {
    run.model.dispose();
    throw error;
  }
}

const quick = { epochs: 3, batchSize: 7, learningRate: 0.01, augmentation: 'off' };

describe.each(backends)('a run on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  test('learns', async () => {
    const { run, result, epochs } = await startRun('vit-micro', 'san', { ...quick, epochs: 6 });
    expect(result.end).toBe('completed');
    expect(result.bestValidationAccuracy).toBeGreaterThan(0.8);
    expect(epochs.at(-1)?.trainLoss).toBeLessThan(epochs[0]?.trainLoss ?? 0);
    expect(result.evaluation.accuracy).toBe(
      Math.max(...epochs.map((epoch) => epoch.validationAccuracy)),
    );
    run.model.dispose();
  });

  test('that is paused while it validates says so, and then goes on validating', async () => {
    const phases: RunPhase[] = [];
    const { run, result } = await startRun(
      'vit-micro',
      'san',
      { ...quick, epochs: 2 },
      {
        onPhase: (phase, running) => {
          phases.push(phase);
          if (phase === 'validating' && !phases.includes('paused')) running.control.pause();
          if (phase === 'paused') running.control.resume();
        },
      },
    );
    expect(phases.slice(1, 5)).toEqual(['training', 'validating', 'paused', 'validating']);
    expect(result.end).toBe('completed');
    run.model.dispose();
  });

  test('asks for every image once where nothing before what is trained can change', async () => {
    const asked: number[] = [];
    const images: RunImages = {
      ...colourImages,
      pixels: (ids, preprocessing) => {
        asked.push(...ids);
        return colourImages.pixels(ids, preprocessing);
      },
    };
    const methods = [
      ['linear', {}],
      ['norm', { lastBlocks: 1 }],
      ['norm', {}],
    ] as const;
    const counts: number[] = [];
    for (const [method, methodOptions] of methods) {
      asked.length = 0;
      const training = { ...quick, batchSize: 5 };
      const told = await startRun('vit-micro', method, training, {
        images: 10,
        store: images,
        methodOptions,
      });
      expect(told.epochs).toHaveLength(3);
      counts.push(asked.length);
      told.run.model.dispose();
    }
    const [probe, lastBlock, everywhere] = counts;
    expect(probe).toBe(new Set(asked).size);
    expect(lastBlock).toBe(probe);
    expect(everywhere).toBeGreaterThan(2 * (probe ?? 0));
  });

  test('with the same seed draws the same curve', async () => {
    const [first, second] = [
      await startRun('vit-micro', 'san', quick),
      await startRun('vit-micro', 'san', quick),
    ];
    expect(second.steps).toEqual(first.steps);
    const other = await startRun('vit-micro', 'san', { ...quick, epochs: 1, seed: 2 });
    expect(other.steps[0]).not.toEqual(first.steps[0]);
    for (const { run } of [first, second, other]) run.model.dispose();
  });

  test('looks back at an epoch and comes back to the best', async () => {
    const { run, result, trained, epochs } = await startRun('vit-micro', 'san', quick);
    const first = await trained.evaluate(run.model, 'both', 1, 1);
    expect(first.accuracy).toBe(epochs[0]?.validationAccuracy);
    const best = await trained.evaluate(run.model, 'both', 1, null);
    expect(best.loss).toBeCloseTo(result.evaluation.loss, 6);
    const unknown = trained.evaluate(run.model, 'both', 1, 9);
    await expect(unknown).rejects.toThrow(/epochs 1, 2, 3; got 9/);
    run.model.dispose();
  });

  const rebuilt = ['vit-micro', ...(backend === 'wasm' ? ['resnet-micro-bottleneck'] : [])];
  test.each(rebuilt)('comes back onto the device as it was, on %s', async (name) => {
    const { run, result, trained } = await startRun(name, 'san', { ...quick, epochs: 2 });
    const judged = await trained.evaluate(run.model, 'neuron', 0.5, 1);
    run.model.dispose();
    const again = trained.build();
    expect(await trained.evaluate(again, 'both', 1, null)).toEqual(result.evaluation);
    expect(await trained.evaluate(again, 'neuron', 0.5, 1)).toEqual(judged);
    expect(again.record).toMatchObject({ bestEpoch: result.bestEpoch });
    again.dispose();
  });

  test('ends by itself when nothing gets better for as long as it was told to wait', async () => {
    const hasty = { ...quick, epochs: 60, learningRate: 0.3, patience: 1 };
    const { run, result, epochs } = await startRun('vit-micro', 'linear', hasty);
    expect(result.end).toBe('early-stopped');
    expect(epochs.at(-1)?.epoch).toBe(result.bestEpoch + 1);
    run.model.dispose();
  });

  test('takes no account of what only fills a batch up', async () => {
    const training = { ...quick, epochs: 1, validationShare: 0.25, labelSmoothing: 0 };
    const { run, steps } = await startRun('vit-micro', 'linear', { ...training, batchSize: 4 });
    expect(steps).toHaveLength(5); // 18 training images: three or four a batch
    expect(steps[0]?.loss).toBeCloseTo(Math.log(run.model.classes.length), 1);
    run.model.dispose();
  });

  test('learns the same from two batches averaged as from one twice as large', async () => {
    const exact = { ...quick, epochs: 1, validationShare: 0.25 };
    const whole = await startRun('vit-micro', 'san', { ...exact, batchSize: 6 });
    const halves = await startRun('vit-micro', 'san', { ...exact, batchSize: 3, accumulation: 2 });
    expect(halves.steps).toHaveLength(whole.steps.length);
    halves.steps.forEach(({ loss }, i) => expect(loss).toBeCloseTo(whole.steps[i]?.loss ?? 0, 4));
    for (const { run } of [whole, halves]) run.model.dispose();
  });

  test('stops when told and keeps its best', async () => {
    const onEpoch = (it: Run): void => it.stop();
    const { run, result } = await startRun(
      'vit-micro',
      'linear',
      { ...quick, epochs: 50 },
      { onEpoch },
    );
    expect(result).toMatchObject({ end: 'stopped', bestEpoch: 1 });
    run.model.dispose();
  });

  test('ends with a sentence when the loss is no longer a number', async () => {
    const loaded = await microBackbone('vit-micro');
    const norm = loaded.weights.get('norm.weight');
    if (!norm) throw new Error('A vision transformer ends in a norm.');
    const poisoned = { shape: norm.shape, data: norm.data.map(() => Number.NaN) };
    const weights = new Map(loaded.weights).set('norm.weight', poisoned);
    await expect(startRun({ ...loaded, weights }, 'linear', quick)).rejects.toThrow(
      /loss must stay a finite number; at step 1 it was NaN/,
    );
  });

  test('ends with the reason when the device fails under it', async () => {
    const onEpoch = (it: Run): void => it.control.fail(new Error('The device is gone.'));
    const failing = startRun('vit-micro', 'linear', { ...quick, epochs: 50 }, { onEpoch });
    await expect(failing).rejects.toThrow('The device is gone.');
  });

  test('leaves nothing behind, ten times', { timeout: 240_000 }, async () => {
    const once = async (method: string, name: string): Promise<void> => {
      const training = { epochs: 1, batchSize: 4 };
      const { run, trained } = await startRun(name, method, training, { images: 2 });
      await run.model.takeHome();
      run.model.dispose();
      const again = trained.build();
      await trained.evaluate(again, 'neuron', 0.5, 1);
      again.dispose();
    };
    await once('san', 'vit-micro');
    await once('full', 'resnet-micro-bottleneck');
    const before = { tensors: tf.memory().numTensors, bytes: deviceBytes() };
    for (let i = 0; i < 8; i++) await once('san', 'vit-micro');
    for (let i = 0; i < 2; i++) await once('full', 'resnet-micro-bottleneck');
    expect({ tensors: tf.memory().numTensors, bytes: deviceBytes() }).toEqual(before);
  });
});
