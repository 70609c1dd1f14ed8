import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FormValues, StepRecord } from '../../protocol.ts';
import { colourClasses } from '../../testing/colour-images.ts';
import { ejectedRun, type EjectedRun } from '../../testing/ejected-run.ts';
import { goldenFolder, hasPython, runPython } from '../../testing/pytorch.ts';
import type { Batch } from '../data/batches.ts';
import { splitClasses } from '../data/split.ts';
import { Model } from '../model.ts';
import { RunControl } from '../train/control.ts';
import { imageFeed, imageLoader, predict, type Feed } from '../train/feed.ts';
import { train } from '../train/loop.ts';
import { parseTraining } from '../train/settings.ts';
import { readAdapter } from './adapter.ts';
import type { RunRecord } from './run-record.ts';

const needsPython = { skip: !hasPython, timeout: 120_000 };

type Trained = Pick<RunRecord, 'steps' | 'epochs' | 'bestEpoch' | 'bestValidationAccuracy'>;

/** Runs a bundle's train.py and gives what it leaves in run.json. */
async function trainAgain(
  { folder }: EjectedRun,
  golden: string,
  { launch = [], words = [] }: { launch?: readonly string[]; words?: readonly string[] } = {},
): Promise<Trained> {
  const eject = join(folder, 'bundle', 'eject', 'train.py');
  const backbone = join(goldenFolder(golden), 'model.safetensors');
  const out = join(folder, 'trained');
  const places = ['--data', folder, '--backbone', backbone, '--out', out, '--device', 'cpu'];
  await runPython([...launch, eject, ...places, ...words], { golden });
  // What train.py writes is checked by what the tests expect of it.
  return JSON.parse(await readFile(join(out, 'run.json'), 'utf8')) as Trained;
}

async function adapterBytes(folder: string): Promise<Uint8Array> {
  return Uint8Array.from(await readFile(join(folder, 'adapter.safetensors')));
}

function largestDifference(a: readonly number[], b: readonly number[]): number {
  expect(a).toHaveLength(b.length);
  return Math.max(...a.map((value, i) => Math.abs(value - (b[i] ?? Number.NaN))));
}

const lossesOf = (steps: readonly Pick<StepRecord, 'loss'>[]): number[] =>
  steps.map((step) => step.loss);

function recordOf({ run }: EjectedRun): RunRecord {
  if (!run.model.record) throw new Error('A run that is over has a record.');
  return run.model.record;
}

describe('the scripts of a bundle', needsPython, () => {
  beforeAll(async () => {
    await tf.setBackend('cpu');
  });

  it.each([
    ['vit-micro', 'san', { augmentation: 'light', accumulation: 2 }],
    ['vit-micro', 'ssf', { augmentation: 'off', labelSmoothing: 0 }],
    ['swin-micro', 'san_lora', { augmentation: 'strong', epochs: 1 }, { lastBlocks: 2 }],
    ['resnet-micro-bottleneck', 'san', { augmentation: 'light', patience: 1, epochs: 2 }],
  ])(
    'repeat the run of %s with %s, step by step',
    async (golden, method, settings, methodOptions: FormValues = {}) => {
      const training = { epochs: 3, batchSize: 5, learningRate: 0.01, seed: 7, ...settings };
      const ejected = await ejectedRun(golden, method, training, methodOptions);
      const again = await trainAgain(ejected, golden);
      const record = recordOf(ejected);
      expect(largestDifference(lossesOf(again.steps), lossesOf(record.steps))).toBeLessThan(1e-3);
      const rates = (steps: readonly StepRecord[]) => steps.map((step) => step.learningRate);
      expect(largestDifference(rates(again.steps), rates(record.steps))).toBeLessThan(1e-9);
      const curves = ({ epochs }: Trained) =>
        epochs.flatMap(({ trainLoss, validationLoss }) => [trainLoss, validationLoss]);
      expect(largestDifference(curves(again), curves(record))).toBeLessThan(1e-3);
      expect(again.bestEpoch).toBe(record.bestEpoch);
      expect(again.bestValidationAccuracy).toBeCloseTo(record.bestValidationAccuracy, 6);

      const adapter = await readAdapter(await adapterBytes(join(ejected.folder, 'trained')));
      expect(adapter.classes).toEqual(ejected.run.model.classes);
      for (const [name, { data }] of await ejected.run.model.network.trained()) {
        const values = [...(adapter.tensors.get(name)?.data ?? [])];
        expect(largestDifference(values, [...data]), name).toBeLessThan(5e-3);
      }
      ejected.run.model.dispose();
      await rm(ejected.folder, { recursive: true });
    },
  );
});

describe('the scripts of a bundle of SAN', needsPython, () => {
  const golden = 'vit-micro';
  let ejected: EjectedRun;

  beforeAll(async () => {
    await tf.setBackend('cpu');
    const training = { epochs: 1, batchSize: 6, learningRate: 0.01, augmentation: 'off' };
    ejected = await ejectedRun(golden, 'san', training);
  });

  afterAll(async () => {
    ejected.run.model.dispose();
    await rm(ejected.folder, { recursive: true });
  });

  it('give the page’s logits, by the adapter and by the merged weights', async () => {
    const { folder, loaded, run, images } = ejected;
    const bundle = join(folder, 'bundle');
    const backbone = join(goldenFolder(golden), 'model.safetensors');
    const printed = await runPython(
      [resolve('scripts/reference/eject_logits.py'), bundle, folder, backbone],
      {
        golden,
      },
    );
    const logits = JSON.parse(printed) as Record<'adapter' | 'merged', number[][]>;
    const { preprocessing } = loaded.info;
    const { seed, validationShare } = run.settings;
    const { validation } = splitClasses(colourClasses(8), validationShare, seed);
    const bytes = await images.pixels(
      validation.map(({ image }) => image),
      preprocessing,
    );
    const feed = imageFeed(bytes, validation.length, preprocessing);
    const tensor = predict(run.model.network, feed);
    const expected = [...(await tensor.data())];
    tensor.dispose();
    expect(largestDifference(logits.adapter.flat(), expected)).toBeLessThan(1e-4);
    expect(largestDifference(logits.merged.flat(), expected)).toBeLessThan(1e-4);
  });

  it('go on from the adapter for three steps as the engine does', async () => {
    const { run, loaded, folder, images } = ejected;
    const adapter = await readAdapter(await adapterBytes(join(folder, 'bundle')));
    const model = Model.adapted(loaded, adapter);
    const settings = parseTraining(model.network.method.info, { ...run.settings });
    const { preprocessing } = loaded.info;
    const load = (batch: Batch): Promise<Feed> => imageLoader(images, preprocessing)(batch);
    const steps: StepRecord[] = [];
    const nothing = (): void => undefined;
    await train(
      {
        network: model.network,
        split: splitClasses(colourClasses(8), settings.validationShare, settings.seed),
        settings,
        control: new RunControl(),
        cut: { batchSize: settings.batchSize, accumulation: 1, atATime: settings.batchSize },
        way: { recomputes: false, mixed: false },
        resumption: null,
        checkpoints: null,
        loadTraining: load,
        loadEvaluation: load,
      },
      {
        onPrepare: nothing,
        onPhase: nothing,
        onProgress: nothing,
        onScales: nothing,
        onEpoch: nothing,
        onStep: (step) => steps.push(step),
      },
    );
    model.dispose();
    const again = await trainAgain(ejected, golden, { words: ['--go-on'] });
    expect(steps).toHaveLength(3);
    expect(largestDifference(lossesOf(again.steps), lossesOf(steps))).toBeLessThan(1e-3);
    // From what was learned, not from the start.
    expect(steps[0]?.loss).toBeLessThan(recordOf(ejected).steps[0]?.loss ?? 0);
  });

  it('train the same in two processes as in one', async () => {
    // Under Python 3.11, torch 1.13 cannot leave the output of its processes alone.
    const output = ['--redirects', '1', '--tee', '1', '--log_dir', join(ejected.folder, 'logs')];
    const launch = [
      '-m',
      'torch.distributed.run',
      '--standalone',
      '--nproc_per_node',
      '2',
      ...output,
    ];
    const words = ['--epochs', '2'];
    const one = await trainAgain(ejected, golden, { words });
    const two = await trainAgain(ejected, golden, { launch, words });
    expect(one.steps).toHaveLength(6);
    expect(largestDifference(lossesOf(two.steps), lossesOf(one.steps))).toBeLessThan(1e-5);
    const [first, second] = [one, two].map(({ epochs }) =>
      epochs.map((each) => each.validationLoss),
    );
    expect(largestDifference(second ?? [], first ?? [])).toBeLessThan(1e-5);
  });

  it('say in a sentence what is missing', async () => {
    const bundle = join(ejected.folder, 'bundle');
    const train = join(bundle, 'eject', 'train.py');
    const backbone = join(goldenFolder(golden), 'model.safetensors');
    const words = (data: string, weights: string) => [train, '--data', data, '--backbone', weights];
    const run = (...given: Parameters<typeof words>) => runPython(words(...given), { golden });
    await expect(run(bundle, backbone)).rejects.toThrow(
      /bundle must hold colours\/\d+\.png as it was/,
    );
    const other = join(goldenFolder(golden), 'io.safetensors');
    await expect(run(ejected.folder, other)).rejects.toThrow(/The backbone must have the SHA-256/);
    const without = runPython(words(ejected.folder, backbone), { golden, modules: '' });
    await expect(without).rejects.toThrow(/\ntimm must be importable, and is not/);
  });

  it('tell an image that is not the one of the run', async () => {
    const other = join(ejected.folder, 'other');
    await cp(join(ejected.folder, 'colours'), join(other, 'colours'), { recursive: true });
    const [first] = ejected.run.model.split?.train ?? [];
    await writeFile(join(other, first?.path ?? ''), 'another picture');
    const moved = { ...ejected, folder: other };
    await cp(join(ejected.folder, 'bundle'), join(other, 'bundle'), { recursive: true });
    await expect(trainAgain(moved, golden)).rejects.toThrow(`must hold ${first?.path} as it was`);
  });
});
