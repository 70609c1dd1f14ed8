import { afterEach, expect, test } from 'vitest';
import { TrainerClient } from '../client/trainer-client.ts';
import { PROTOCOL_VERSION, type Event, type RunConfig, type RunResult } from '../protocol.ts';
import model from '../testing/goldens/vit-micro/model.safetensors?url';

let trainer: TrainerClient;
afterEach(() => trainer.terminate());

interface Page {
  train(method: string, trial?: boolean): Promise<RunResult>;
  readonly picture: Blob;
  readonly config: (method: string) => RunConfig;
  /** Bytes on the device when each run began to train. */
  readonly deviceBytes: readonly number[];
  readonly events: readonly Event[];
}

/** The worker with a tiny backbone and a few drawn images. */
async function openPage(): Promise<Page> {
  trainer = new TrainerClient(
    () => new Worker(new URL('./main.ts', import.meta.url), { type: 'module' }),
  );
  const classes = new Map<string, number[]>();
  const events: Event[] = [];
  const deviceBytes: number[] = [];
  let began = false;
  trainer.subscribe((event) => {
    events.push(event);
    if (event.type === 'run.status' && event.status.phase === 'training' && !began) {
      began = true;
      deviceBytes.push(event.status.deviceBytes);
    }
    if (event.type !== 'images.added') return;
    for (const { id, className } of event.images) {
      const name = className ?? '';
      classes.set(name, [...(classes.get(name) ?? []), id]);
    }
  });
  await trainer.request('hello', { version: PROTOCOL_VERSION, backend: 'wasm' });
  await trainer.request('images.demo', { demo: 'woven-fabrics', seed: 1, imagesPerClass: 4 });
  const settings = { model_args: { img_size: 32, num_heads: 3 } };
  await trainer.request('backbone.load', {
    source: {
      kind: 'file',
      name: 'vit-micro.safetensors',
      weights: await (await fetch(model)).blob(),
      config: new Blob([JSON.stringify(settings)]),
    },
  });
  const config = (method: string): RunConfig => ({
    method,
    methodOptions: {},
    training: { epochs: 2, batchSize: 8, augmentation: 'off' },
    classes: [...classes].map(([name, images]) => ({ name, images })),
  });
  const train = async (method: string, trial = false): Promise<RunResult> => {
    began = false;
    let unsubscribe = (): void => undefined;
    const finished = new Promise<RunResult>((resolve, reject) => {
      unsubscribe = trainer.subscribe((event) => {
        if (event.type === 'run.finished') resolve(event.result);
        if (event.type === 'run.failed') reject(new Error(event.error.message));
      });
    });
    await trainer.request('run.start', { config: config(method), trial });
    return finished.finally(unsubscribe);
  };
  const [first = 0] = [...classes.values()][0] ?? [];
  const picture = await trainer.request('images.open', { imageId: first });
  return { train, picture, config, deviceBytes, events };
}

const predict = async (image: Blob) => (await trainer.request('predict', { image })).logits;

test('a finished run comes back: it predicts, is judged and goes home as before', async () => {
  const { train, picture } = await openPage();
  const first = await train('san');
  const logits = await predict(picture);
  const epoch = await trainer.request('run.evaluate', { mode: 'neuron', strength: 0.5, epoch: 1 });
  const second = await train('lora');
  expect(await predict(picture)).not.toEqual(logits);

  await trainer.request('run.open', { runId: first.runId });
  expect(await predict(picture)).toEqual(logits);
  const judge = { mode: 'both', strength: 1, epoch: null } as const;
  expect(await trainer.request('run.evaluate', judge)).toEqual(first.evaluation);
  const again = await trainer.request('run.evaluate', { mode: 'neuron', strength: 0.5, epoch: 1 });
  expect(again).toEqual(epoch);
  const args = { format: 'studio', images: [first.evaluation.images[0] ?? 0] };
  expect((await trainer.request('model.export', args)).name).toContain('san');

  await trainer.request('run.forget', { runId: second.runId });
  await expect(trainer.request('run.open', { runId: second.runId })).rejects.toThrow(
    /run 2 are not kept/,
  );
  expect(await predict(picture)).toEqual(logits);
  await trainer.request('run.forget', { runId: first.runId });
  await expect(trainer.request('run.evaluate', judge)).rejects.toThrow(/no finished run/);
});

test('the device holds no more, however many runs are kept', { timeout: 240_000 }, async () => {
  const { train, picture, deviceBytes } = await openPage();
  for (let run = 1; run <= 12; run++) {
    const { runId } = await train(run % 2 === 0 ? 'full' : 'linear');
    if (run > 2) await trainer.request('run.open', { runId: runId - 2 });
    await predict(picture);
  }
  const [, second, third] = deviceBytes;
  expect(deviceBytes).toHaveLength(12);
  for (const [index, bytes] of deviceBytes.entries()) {
    if (index > 0) expect(bytes).toBe(index % 2 === 1 ? second : third);
  }
});

test('a trial leaves what is open, and nothing of its own', async () => {
  const { train, picture } = await openPage();
  const { runId } = await train('san');
  const logits = await predict(picture);
  const trial = await train('linear', true);
  expect(await predict(picture)).toEqual(logits);
  await expect(trainer.request('run.open', { runId: trial.runId })).rejects.toThrow(/not kept/);
  await trainer.request('run.open', { runId });
  expect(await predict(picture)).toEqual(logits);
});

test('a run that names its backbone trains on no other', async () => {
  const { config } = await openPage();
  const other = { ...config('linear'), backbone: '0123456789abcdef'.repeat(4) };
  await expect(trainer.request('run.start', { config: other })).rejects.toThrow(
    /for the backbone with the hash 0123456789ab…; “vit-micro/,
  );
});
