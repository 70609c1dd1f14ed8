import { unzipSync } from 'fflate';
import { afterEach, expect, test } from 'vitest';
import { TrainerClient } from '../client/trainer-client.ts';
import { PROTOCOL_VERSION, type BackboneSource, type RunResult } from '../protocol.ts';
import model from '../testing/goldens/vit-micro/model.safetensors?url';

let trainer: TrainerClient;
afterEach(() => trainer.terminate());

const IMAGES = { demo: 'woven-fabrics', seed: 1, imagesPerClass: 4 };
const AS_TRAINED = { mode: 'both', strength: 1, epoch: null } as const;

async function open(): Promise<void> {
  trainer = new TrainerClient(
    () => new Worker(new URL('./main.ts', import.meta.url), { type: 'module' }),
  );
  await trainer.request('hello', { version: PROTOCOL_VERSION, backend: 'wasm' });
}

async function backbone(): Promise<BackboneSource> {
  const settings = { model_args: { img_size: 32, num_heads: 3 } };
  const weights = await (await fetch(model)).blob();
  const config = new Blob([JSON.stringify(settings)]);
  return { kind: 'file', name: 'vit-micro.safetensors', weights, config };
}

/** Imports the images and trains; gives what a person takes away. */
async function trained(methods: readonly string[]) {
  const classes = new Map<string, number[]>();
  trainer.subscribe((event) => {
    if (event.type !== 'images.added') return;
    for (const { id, className } of event.images) {
      classes.set(className ?? '', [...(classes.get(className ?? '') ?? []), id]);
    }
  });
  await trainer.request('images.demo', IMAGES);
  const { hash } = await trainer.request('backbone.load', { source: await backbone() });
  const bundles: Blob[] = [];
  const results: RunResult[] = [];
  for (const method of methods) {
    const finished = new Promise<RunResult>((resolve) =>
      trainer.subscribe((event) => event.type === 'run.finished' && resolve(event.result)),
    );
    const training = { epochs: 2, batchSize: 8, augmentation: 'off' };
    const named = [...classes].map(([name, images]) => ({ name, images }));
    const config = { method, methodOptions: {}, training, classes: named };
    await trainer.request('run.start', { config });
    results.push(await finished);
    bundles.push((await trainer.request('model.export', { format: 'studio', images: [] })).file);
  }
  const [first = 0] = [...classes.values()][0] ?? [];
  const picture = await trainer.request('images.open', { imageId: first });
  return { bundles, results, picture, hash };
}

const logitsOf = async (image: Blob): Promise<Float32Array> =>
  (await trainer.request('predict', { image })).logits;

test('a run comes back from its zip, and is judged where its images are here', async () => {
  await open();
  const { bundles, results, picture } = await trained(['san']);
  const logits = await logitsOf(picture);
  const file = bundles[0]!;
  const { run } = await trainer.request('model.import', { file, name: 'san.zip' });
  expect(run?.start.runId).toBe(2);
  expect(run?.result).toMatchObject({ bestEpoch: results[0]?.bestEpoch, modes: results[0]?.modes });
  expect(run?.result.evaluation).toEqual(results[0]?.evaluation);
  expect(run?.steps).toHaveLength(2 * (run?.start.stepsPerEpoch ?? 0));
  expect(run?.frames[0]?.values).toHaveLength(
    run?.start.scaleSites.reduce((sum, { width }) => sum + width, 0) ?? 0,
  );
  expect(run?.epochs.filter(({ best }) => best)).toHaveLength(1);
  expect(await logitsOf(picture)).toEqual(logits);
  await trainer.request('run.open', { runId: 1 });
  await trainer.request('run.open', { runId: 2 });
  expect(await trainer.request('run.evaluate', AS_TRAINED)).toEqual(results[0]?.evaluation);
});

test('without its images it brings its figures, and the backbone by its hash', async () => {
  await open();
  const { bundles, results, picture, hash } = await trained(['san']);
  const logits = await logitsOf(picture);
  trainer.terminate();
  await open();
  const file = bundles[0]!;
  const lost = trainer.request('model.import', { file, name: 'san.zip' });
  await expect(lost).rejects.toThrow(/Load that file as the backbone first/);
  const sources = { [hash]: await backbone() };
  const { run } = await trainer.request('model.import', { file, name: 'san.zip', sources });
  expect(await logitsOf(picture)).toEqual(logits);
  const { images, accuracy, confusion } = run!.result.evaluation;
  expect(images).toEqual([]);
  expect(accuracy).toBe(results[0]?.evaluation.accuracy);
  expect(confusion?.flat().reduce((sum, count) => sum + count)).toBe(
    results[0]?.evaluation.images.length,
  );
  const judging = trainer.request('run.evaluate', AS_TRAINED);
  await expect(judging).rejects.toThrow(/images that judged this run are not here/);
  const again = await trainer.request('model.export', { format: 'studio', images: [] });
  const files = async (zip: Blob) =>
    Object.entries(unzipSync(new Uint8Array(await zip.arrayBuffer())))
      .filter(([path]) => /(run|split)\.json$|adapter\.safetensors$/.test(path))
      .map(([, bytes]) => bytes);
  expect(await files(again.file)).toEqual(await files(file));
});

test('what cannot be opened leaves everything as it was', async () => {
  await open();
  const { bundles, picture } = await trained(['san', 'lora']);
  const logits = await logitsOf(picture);
  const torn = bundles[0]!.slice(0, -9);
  for (const request of [
    { file: torn, name: 'torn.zip' },
    { file: picture, name: 'picture.zip' },
  ]) {
    await expect(trainer.request('model.import', request)).rejects.toThrow(request.name);
    expect(await logitsOf(picture)).toEqual(logits);
  }
  await expect(trainer.request('run.open', { runId: 3 })).rejects.toThrow(/not kept/);
});

test('adapters on one backbone change places while it stays on the device', async () => {
  await open();
  const { bundles, picture } = await trained(['san', 'norm']);
  const wanted: Float32Array[] = [];
  for (const [i, file] of bundles.entries()) {
    await trainer.request('run.open', { runId: i + 1 });
    wanted.push(await logitsOf(picture));
    await trainer.request('model.import', { file, name: `${i}.zip` });
  }
  for (const runId of [1, 4, 3, 2]) {
    await trainer.request('run.open', { runId });
    expect(await logitsOf(picture)).toEqual(wanted[(runId + 1) % 2]);
  }
});
