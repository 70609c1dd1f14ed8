import { afterEach, expect, test } from 'vitest';
import { TrainerClient } from '../client/trainer-client.ts';
import {
  PROTOCOL_VERSION,
  type BackboneSource,
  type Event,
  type ImageInfo,
  type KeptImage,
  type RunResult,
} from '../protocol.ts';
import model from '../testing/goldens/vit-micro/model.safetensors?url';

const project = 'project-test';
const trainers: TrainerClient[] = [];

afterEach(async () => {
  for (const trainer of trainers.splice(0)) trainer.terminate();
  const root = await navigator.storage.getDirectory();
  const projects = await root.getDirectoryHandle('projects', { create: true });
  await projects.removeEntry(project, { recursive: true }).catch(() => undefined);
});

interface Kept {
  readonly images: readonly KeptImage[];
  readonly runs: readonly number[];
  readonly unfinished?: number;
}

/** A worker that has the project open, as a page that was loaded anew. */
async function openPage({ images, runs, unfinished: id }: Kept) {
  const unfinished = id ?? null;
  const trainer = new TrainerClient(
    () => new Worker(new URL('./main.ts', import.meta.url), { type: 'module' }),
  );
  trainers.push(trainer);
  await trainer.request('hello', { version: PROTOCOL_VERSION, backend: 'wasm' });
  const next = { unfinished, nextImage: images.length + 1, nextRun: runs.length + 1 };
  const opened = await trainer.request('project.open', { project, images, runs, ...next });
  return { trainer, opened };
}

async function microSource(): Promise<BackboneSource> {
  const settings = { model_args: { img_size: 32, num_heads: 3 } };
  return {
    kind: 'file',
    name: 'vit-micro.safetensors',
    weights: await (await fetch(model)).blob(),
    config: new Blob([JSON.stringify(settings)]),
  };
}

async function importDemo(trainer: TrainerClient): Promise<ImageInfo[]> {
  const images: ImageInfo[] = [];
  const stop = trainer.subscribe((event) => {
    if (event.type === 'images.added') images.push(...event.images);
  });
  await trainer.request('images.demo', { demo: 'woven-fabrics', seed: 1, imagesPerClass: 4 });
  stop();
  return images;
}

async function train(
  trainer: TrainerClient,
  images: readonly ImageInfo[],
  epochs = 2,
): Promise<RunResult> {
  const finished = new Promise<RunResult>((resolve, reject) => {
    trainer.subscribe((event) => {
      if (event.type === 'run.finished') resolve(event.result);
      if (event.type === 'run.failed') reject(new Error(event.error.message));
    });
  });
  const names = [...new Set(images.map(({ className }) => className ?? ''))];
  const classes = names.map((name) => ({
    name,
    images: images.flatMap((image) => (image.className === name ? [image.id] : [])),
  }));
  const training = { epochs, batchSize: 8, augmentation: 'off' };
  const config = { method: 'san', methodOptions: {}, training, classes };
  await trainer.request('run.start', { config });
  return finished;
}

const keptImages = (images: readonly ImageInfo[]): KeptImage[] =>
  images.flatMap(({ id, path, file }) => (file ? [{ id, path, file }] : []));

test('images and a run of an earlier worker are there again, and the run predicts as before', async () => {
  const { trainer } = await openPage({ images: [], runs: [] });
  const source = await microSource();
  await trainer.request('backbone.load', { source });
  const infos = await importDemo(trainer);
  const images = keptImages(infos);
  expect(images).toHaveLength(infos.length);
  const result = await train(trainer, infos);
  const judge = { mode: 'neuron', strength: 0.5, epoch: 1 } as const;
  const judged = await trainer.request('run.evaluate', judge);
  const picture = await trainer.request('images.open', { imageId: infos[0]!.id });
  const predicted = await trainer.request('predict', { image: picture });
  trainer.terminate();

  const later = await openPage({ images, runs: [result.runId] });
  expect(later.opened).toEqual({ missingImages: [], missingRuns: [], place: null });
  const again = await later.trainer.request('images.open', { imageId: infos[0]!.id });
  expect(await again.arrayBuffer()).toEqual(await picture.arrayBuffer());
  await later.trainer.request('run.open', { runId: result.runId, backbone: source });
  expect(await later.trainer.request('predict', { image: picture })).toEqual(predicted);
  expect(await later.trainer.request('run.evaluate', judge)).toEqual(judged);
  const asTrained = { mode: 'both', strength: 1, epoch: null } as const;
  expect(await later.trainer.request('run.evaluate', asTrained)).toEqual(result.evaluation);
  expect(
    (await later.trainer.request('model.export', { format: 'studio', images: [] })).name,
  ).toContain('san');

  await later.trainer.request('backbone.load', { source });
  const second = await train(later.trainer, infos);
  expect(second.runId).toBe(2);
  expect(second.evaluation).toEqual(result.evaluation);
});

test('what the index does not name is cleared away, and what it names in vain is told', async () => {
  const { trainer } = await openPage({ images: [], runs: [] });
  const images = keptImages(await importDemo(trainer));
  trainer.terminate();
  const gone = { id: 99, path: 'gone.png', file: { name: crypto.randomUUID(), hash: null } };
  const some = [...images.slice(0, 3), gone];
  const later = await openPage({ images: some, runs: [7] });
  expect(later.opened).toEqual({ missingImages: [99], missingRuns: [7], place: null });
  later.trainer.terminate();
  const last = await openPage({ images, runs: [] });
  expect(last.opened.missingImages).toHaveLength(images.length - 3);
});

test('a picture that was kept is a twin to the one that comes again', async () => {
  const { trainer } = await openPage({ images: [], runs: [] });
  const images = keptImages(await importDemo(trainer));
  trainer.terminate();
  const later = await openPage({ images, runs: [] });
  expect(await importDemo(later.trainer)).toEqual([]);
});

test('a run whose worker was ended goes on in the next one, and comes to the same', async () => {
  const { trainer } = await openPage({ images: [], runs: [] });
  const source = await microSource();
  await trainer.request('backbone.load', { source });
  const infos = await importDemo(trainer);
  const images = keptImages(infos);
  const epochs = 20;
  const whole = await train(trainer, infos, epochs);

  const paused = new Promise<number>((resolve) => {
    trainer.subscribe((event) => {
      if (event.type !== 'run.status') return;
      const { phase, step } = event.status;
      if (phase === 'training' && step >= 3) void trainer.request('run.pause', {});
      if (phase === 'paused') resolve(step);
    });
  });
  train(trainer, infos, epochs).catch(() => undefined);
  const step = await paused;
  // A pause is kept without being asked; its writing may still be under way.
  await new Promise((resolve) => setTimeout(resolve, 500));
  trainer.terminate();

  const later = await openPage({ images, runs: [], unfinished: 2 });
  expect(later.opened.place).toMatchObject({ runId: 2, step });
  const finished = new Promise<RunResult>((resolve, reject) => {
    later.trainer.subscribe((event) => {
      if (event.type === 'run.finished') resolve(event.result);
      if (event.type === 'run.failed') reject(new Error(event.error.message));
    });
  });
  const goesOn = await later.trainer.request('run.continue', { runId: 2, backbone: source });
  expect(goesOn.steps).toHaveLength(step);
  const result = await finished;
  expect({ ...result, runId: 1, seconds: 0, imagesPerSecond: 0 }).toEqual({
    ...whole,
    seconds: 0,
    imagesPerSecond: 0,
  });

  await later.trainer.request('run.discard', { runId: 2 });
  const again = later.trainer.request('run.continue', { runId: 2, backbone: source });
  await expect(again).rejects.toThrow('Nothing is kept of run 2 that it could go on from.');
});

test('a poisoned batch ends the run, and what was kept before it can go on', async () => {
  const { trainer } = await openPage({ images: [], runs: [] });
  await trainer.request('backbone.load', { source: await microSource() });
  const infos = await importDemo(trainer);
  let poisoned = false;
  const failed = new Promise<Event>((resolve) => {
    trainer.subscribe((event) => {
      if (event.type === 'run.failed') resolve(event);
      if (event.type !== 'run.epoch' || poisoned) return;
      poisoned = true;
      void trainer.request('chaos', { what: 'poison-batch' });
    });
  });
  train(trainer, infos, 30).catch(() => undefined);
  expect(await failed).toMatchObject({
    error: { code: 'not-finite' },
    place: { runId: 1 },
  });
  const { steps, frames } = await trainer.request('run.continue', { runId: 1 });
  for (const { loss } of steps) expect(loss).toBeGreaterThan(0);
  for (const { values } of frames) expect(values.every(Number.isFinite)).toBe(true);
  await trainer.request('run.stop', {});
});
