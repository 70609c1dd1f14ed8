import { existsSync, mkdtempSync, readdirSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { env, pipeline, RawImage } from '@huggingface/transformers';
import * as tf from '@tensorflow/tfjs';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, describe, expect, test } from 'vitest';
import { channelsFirst } from '../../../lib/channels-first.ts';
import { softmax } from '../../../lib/softmax.ts';
import { sourceOf } from '../../../testing/export-source.ts';
import { microBackbone, microNames } from '../../../testing/micro-backbone.ts';
import { preparedHere, readPhotograph } from '../../../testing/photographs.ts';
import { movedModel } from '../../../testing/trained-networks.ts';
import { whole } from '../../../testing/zip-of-parts.ts';
import { loadBackbone } from '../../loaded-backbone.ts';
import { Model } from '../../model.ts';
import { methodNamed } from '../../peft/registry.ts';
import { format } from './transformers.ts';

await tf.setBackend('cpu');

const root = mkdtempSync(join(tmpdir(), 'san-transformers-'));
afterAll(() => rm(root, { recursive: true }));
env.allowRemoteModels = false;
env.allowLocalModels = true;
env.localModelPath = root;

/** Writes the folder where Transformers.js looks for it. */
async function written(model: Model, folder: string): Promise<void> {
  for (const { name, input } of await format.files(await sourceOf(model), folder)) {
    const path = join(root, folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, await whole(input));
  }
}

/** A picture of the size that the network reads, so that nothing is resized. */
function picture(side: number, seed: number): RawImage {
  const values = tf.randomUniform([side * side * 3], 0, 256, 'int32', seed).dataSync();
  return new RawImage(Uint8ClampedArray.from(values), side, side, 3);
}

async function probabilitiesHere(model: Model, image: RawImage): Promise<Map<string, number>> {
  const { mean, std } = model.loaded.info.preprocessing;
  const { width: side } = image;
  const pixels = tf.tensor4d(Float32Array.from(image.data), [1, side, side, 3]);
  const images: tf.Tensor4D = tf.div(tf.sub(tf.div(pixels, 255), [...mean]), [...std]);
  const logits = Float32Array.from(await model.network.predict(images).data());
  const probabilities = softmax(logits);
  return new Map(model.classes.map((name, i) => [name, probabilities[i] ?? 0]));
}

const sizes = ['fp32', 'fp16'] as const;

describe.each(microNames)('Transformers.js, of %s,', (name) => {
  test.each(sizes)('says what the page says (%s)', async (dtype) => {
    const loaded = await microBackbone(name);
    const side = loaded.backbone.imageSize;
    const preprocessing = { ...loaded.info.preprocessing, cropShare: 1 };
    const prepared = { ...loaded, info: { ...loaded.info, preprocessing } };
    const model = await movedModel(prepared, methodNamed('full'));
    await written(model, name);
    const classify = await pipeline('image-classification', name, { dtype });
    for (const seed of [1, 2, 3]) {
      const image = picture(side, seed);
      const answers = await classify(image, { top_k: 3 });
      const expected = await probabilitiesHere(model, image);
      const [first] = [...expected].sort(([, a], [, b]) => b - a);
      expect(answers[0]?.label).toBe(first?.[0]);
      for (const { label, score } of answers) {
        expect(Math.abs(score - (expected.get(label) ?? NaN))).toBeLessThan(
          dtype === 'fp32' ? 1e-5 : 1e-2,
        );
      }
    }
    model.dispose();
  });
});

const shared = resolve('../shared');
const weights = join(shared, 'weights/deit_tiny_patch16_224.safetensors');
const photographs = join(shared, 'data/clothing/validation');

const top = (row: Float32Array): number => row.indexOf(Math.max(...row));

/** Of 40 photographs: the differences of their logits in order, and for how many the class is the same. */
async function measured(cropShare: number): Promise<{ differences: number[]; same: number }> {
  const file = {
    kind: 'file',
    name: 'deit_tiny_patch16_224.safetensors',
    weights: new Blob([await readFile(weights)]),
    config: new Blob([JSON.stringify({ pretrained_cfg: { crop_pct: cropShare } })]),
  } as const;
  const hooks = { signal: new AbortController().signal, onProgress: () => undefined };
  const model = Model.pretrained(await loadBackbone(file, hooks))!;
  const folder = `deit-${cropShare}`;
  await written(model, folder);
  const session = await InferenceSession.create(join(root, folder, 'onnx/model.onnx'));
  const { preprocessing } = model.loaded.info;
  const ask = async (pixels: Float32Array): Promise<Float32Array> => {
    const { size } = preprocessing;
    const pixelValues = new Tensor('float32', pixels, [1, 3, size, size]);
    const { logits } = await session.run({ pixel_values: pixelValues });
    return Float32Array.from(logits!.data as Float32Array);
  };
  const classify = await pipeline('image-classification', folder, { dtype: 'fp32' });
  const differences: number[] = [];
  let same = 0;
  for (const name of readdirSync(photographs)) {
    for (const photograph of readdirSync(join(photographs, name)).slice(0, 4)) {
      const image = await readPhotograph(join(photographs, name, photograph));
      const prepared = (await classify.processor(image)) as {
        pixel_values: { data: Float32Array };
      };
      const ours = await ask(channelsFirst(preparedHere(image, preprocessing), preprocessing));
      const theirs = await ask(Float32Array.from(prepared.pixel_values.data));
      differences.push(Math.max(...ours.map((value, i) => Math.abs(value - theirs[i]!))));
      if (top(ours) === top(theirs)) same++;
    }
  }
  model.dispose();
  return { differences: differences.sort((a, b) => a - b), same };
}

/** The photographs' short side is 256 px, and DeiT-Tiny reads 224. */
describe.skipIf(!existsSync(weights) || !existsSync(photographs))('on 40 photographs', () => {
  test('nothing differs that is not resized', { timeout: 240_000 }, async () => {
    const { differences, same } = await measured(0.875);
    expect(differences[20]).toBeLessThan(1e-4);
    expect(same).toBe(40);
  });

  test('resizing makes the difference that the README tells', { timeout: 240_000 }, async () => {
    const { differences, same } = await measured(1);
    expect(differences[20]).toBeLessThan(0.5);
    expect(differences[39]).toBeLessThan(1.6);
    expect(same).toBeGreaterThanOrEqual(34);
  });
});
