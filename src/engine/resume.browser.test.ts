import { beforeAll, describe, expect, test } from 'vitest';
import type { EpochRecord, FormValues, RunResult, ScaleFrame, StepRecord } from '../protocol.ts';
import { colourClasses, colourImages } from '../testing/colour-images.ts';
import { testDevice, useBackend } from '../testing/devices.ts';
import { MemoryCheckpoints } from '../testing/memory-checkpoints.ts';
import { microBackbone } from '../testing/micro-backbone.ts';
import { readCheckpoint } from './checkpoint/read-checkpoint.ts';
import { loadBackbone, type LoadedBackbone } from './loaded-backbone.ts';
import { Run, type Continuation } from './run.ts';
import type { TrainingHooks } from './train/contract.ts';

const ALWAYS = { everyMs: 0, everySteps: 1, leastMs: 0, rest: 0 };

interface Told {
  readonly steps: StepRecord[];
  readonly epochs: EpochRecord[];
  readonly frames: ScaleFrame[];
  readonly result: RunResult;
}

interface Order {
  readonly method: string;
  readonly methodOptions?: FormValues;
  readonly training: FormValues;
}

/** Trains to the end; what an interrupted run had told before comes first. */
async function train(
  loaded: LoadedBackbone,
  { method, methodOptions = {}, training }: Order,
  folder: MemoryCheckpoints,
  continuation: Continuation | null = null,
): Promise<Told> {
  const config = { method, methodOptions, training, classes: colourClasses(8) };
  const run = new Run(1, config, loaded, colourImages, testDevice, continuation);
  const before = continuation?.checkpoint;
  const told = {
    steps: [...(before?.history.steps ?? [])],
    epochs: [...(before?.history.epochs ?? [])],
    frames: [...(before?.frames ?? [])],
  };
  const hooks: TrainingHooks = {
    onPrepare: () => undefined,
    onPhase: () => undefined,
    onProgress: () => undefined,
    onScales: (frame) => told.frames.push(frame),
    onStep: (record) => told.steps.push(record),
    onEpoch: (record) => told.epochs.push(record),
  };
  const onProblem = (error: unknown): void => expect.fail(String(error));
  try {
    const place = { folder, trial: false, pace: ALWAYS, onProblem };
    return { ...told, result: (await run.complete(hooks, place)).result };
  } finally {
    run.model.dispose();
  }
}

/** Times differ; everything else is to be the same. */
function timeless({ steps, epochs, frames, result }: Told) {
  return {
    ...{ steps, frames },
    epochs: epochs.map((epoch) => ({ ...epoch, seconds: 0 })),
    result: { ...result, seconds: 0, imagesPerSecond: 0 },
  };
}

const quick = { epochs: 3, batchSize: 5, learningRate: 0.01, augmentation: 'light' };

/** Whatever was kept of a run on its way, going on from it must come to the same. */
async function goOnFromAll(loaded: LoadedBackbone, order: Order, some: (at: string) => boolean) {
  const folder = new MemoryCheckpoints();
  const whole = await train(loaded, order, folder);
  const tried: string[] = [];
  for (const past of folder.past) {
    const checkpoint = await readCheckpoint(past);
    if (!checkpoint) throw new Error('Whenever a checkpoint is whole, it can be read.');
    const { epoch, step } = checkpoint.resumption?.state.cursor ?? { epoch: 0, step: 0 };
    const at = `epoch ${epoch}, step ${step}`;
    if (!some(at)) continue;
    tried.push(at);
    const later = await train(loaded, order, past, { checkpoint, halvings: 0 });
    expect(timeless(later), at).toEqual(timeless(whole));
  }
  return tried;
}

describe('a run that was interrupted', () => {
  beforeAll(() => useBackend('wasm'));

  test('goes on from wherever it was as if nothing had been', async () => {
    const loaded = await microBackbone('vit-micro');
    const order = { method: 'san', training: { ...quick, patience: 2, compareModes: true } };
    const tried = await goOnFromAll(loaded, order, () => true);
    // Before the first step; within epochs; at their ends before and after they are judged.
    expect(tried).toEqual(
      expect.arrayContaining([
        ...['epoch 0, step 0', 'epoch 1, step 2', 'epoch 1, step 4', 'epoch 2, step 4'],
        ...['epoch 2, step 7', 'epoch 3, step 8', 'epoch 3, step 12', 'epoch 4, step 12'],
      ]),
    );
  });

  test.each([
    ['san', {}],
    ['lora', { dropout: 0.2 }],
    ['full', {}],
  ])(
    'comes to the same on the bundled vision transformer with %s',
    async (method, methodOptions) => {
      const quietly = { signal: new AbortController().signal, onProgress: () => undefined };
      const source = { kind: 'bundled', name: 'vit_tiny6_patch16_128' } as const;
      const loaded = await loadBackbone(source, quietly);
      const training = { ...quick, epochs: 2, learningRate: 0.001 };
      const places = ['epoch 1, step 2', 'epoch 2, step 4', 'epoch 2, step 7'];
      const tried = await goOnFromAll(loaded, { method, methodOptions, training }, (at) =>
        places.includes(at),
      );
      expect(tried).toEqual(places);
    },
  );

  test('goes on from the state before where the last was not written to its end', async () => {
    const loaded = await microBackbone('vit-micro');
    const order = { method: 'linear', training: quick };
    const folder = new MemoryCheckpoints();
    const whole = await train(loaded, order, folder);
    const [earlier, later] = [folder.past[3], folder.past[4]];
    if (!earlier || !later) throw new Error('A checkpoint is kept at every step.');
    const both = new MemoryCheckpoints(new Map([...earlier.files, ...later.files]));
    const [last] = [...later.files.keys()].filter((name) => !earlier.files.has(name));
    const torn = both.files.get(last ?? '')?.slice(0, -40);
    if (last === undefined || !torn) throw new Error('Every checkpoint is a new file.');
    both.files.set(last, torn);
    const checkpoint = await readCheckpoint(both);
    if (!checkpoint) throw new Error('The state before is whole.');
    expect(checkpoint.resumption?.state.cursor.step).toBe(3);
    expect(timeless(await train(loaded, order, both, { checkpoint, halvings: 0 }))).toEqual(
      timeless(whole),
    );
  });

  test('goes on in half the memory, with the steps it had', async () => {
    const loaded = await microBackbone('vit-micro');
    const order = { method: 'san', training: { ...quick, batchSize: 6, augmentation: 'off' } };
    const folder = new MemoryCheckpoints();
    const whole = await train(loaded, order, folder);
    const past = folder.past[5];
    const checkpoint = past && (await readCheckpoint(past));
    if (!checkpoint) throw new Error('A checkpoint is kept at every step.');
    const later = await train(loaded, order, past, { checkpoint, halvings: 1 });
    const { order: planned } = (await readCheckpoint(past)) ?? {};
    expect(planned?.steps).toMatchObject({ batchSize: 6, recomputes: true });
    expect(planned?.steps.atATime).toBeLessThan(6);
    expect(later.steps).toHaveLength(whole.steps.length);
    later.steps.forEach(({ loss, accuracy }, i) => {
      expect(loss).toBeCloseTo(whole.steps[i]?.loss ?? 0, 4);
      expect(accuracy).toBeCloseTo(whole.steps[i]?.accuracy ?? 0, 6);
    });
  });
});
