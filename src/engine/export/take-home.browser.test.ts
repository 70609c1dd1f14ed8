import * as tf from '@tensorflow/tfjs';
import { unzipSync } from 'fflate';
import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '../../testing/devices.ts';
import { microBackbone } from '../../testing/micro-backbone.ts';
import { picture } from '../../testing/pictures.ts';
import { sourceOf } from '../../testing/export-source.ts';
import { movedModel } from '../../testing/trained-networks.ts';
import { storedParts } from '../../testing/zip-of-parts.ts';
import { EngineError } from '../errors.ts';
import { allMethods, methodNamed } from '../peft/registry.ts';
import { exportFormats } from './formats/registry.ts';
import { answersOf, testFiles } from './self-test.ts';
import { offersOf, takeHome } from './take-home.ts';
import { testImages, type ImageSource } from './test-images.ts';

beforeAll(() => useBackend('wasm'));

const pictures = await Promise.all(
  ['teal', 'orange', 'plum'].map((colour, i) =>
    picture(40 + 10 * i, 50, 'image/png', (context) => {
      context.fillStyle = colour;
      context.fillRect(4, 4, 20 + 5 * i, 30);
    }),
  ),
);
const own: ImageSource = { ids: [0, 1, 2], open: (id) => Promise.resolve(pictures[id]!) };
const none: ImageSource = { ids: [], open: () => Promise.reject(new Error('There is none.')) };

const unzipped = async (zip: Blob): Promise<Map<string, Uint8Array>> =>
  new Map(
    Object.entries(unzipSync(new Uint8Array(await zip.arrayBuffer()))).map(([path, bytes]) => [
      path.split('/').slice(1).join('/'),
      bytes,
    ]),
  );

const release = (): void => undefined;

const networks = [
  ['vit-micro', 'san'],
  ['vit-micro-dinov2', 'lora'],
  ['resnet-micro-bottleneck', 'san'],
  ['convnext-micro', 'ssf'],
  ['mixer-micro', 'full'],
  ['vit-micro', 'vpt_deep'],
] as const;

describe.each(networks)('%s trained with %s', (name, method) => {
  test.each(exportFormats.map(({ info }) => info.name))(
    'goes home as %s and answers as before',
    async (format) => {
      const loaded = await microBackbone(name);
      const held = tf.memory().numTensors;
      const model = await movedModel(loaded, methodNamed(method));
      const { file, selfTest } = await takeHome(model, format, own, () => model.dispose());
      expect(tf.memory().numTensors).toBe(held);
      expect(selfTest).toMatchObject({ images: 3, source: 'own' });
      expect(selfTest.files.length).toBeGreaterThan(0);
      for (const { largestDifference, tolerance, sameClass } of selfTest.files) {
        expect(largestDifference).toBeLessThan(tolerance === 1e-3 ? 1e-5 : 3e-2);
        expect(sameClass).toBe(3);
      }
      const files = await unzipped(file);
      const offer = offersOf(model).find((each) => each.name === format);
      for (const { name: promised } of offer?.contents ?? []) {
        const [start = '', end = start] = promised.split('*');
        const found = [...files.keys()].filter((each) => each.startsWith(start));
        expect(found.some((each) => each.endsWith(end))).toBe(true);
      }
    },
  );
});

test('selftest.json has what the model answered, and to which images', async () => {
  const model = await movedModel(await microBackbone('vit-micro'), methodNamed('san'));
  const { file } = await takeHome(model, 'onnx', own, release);
  const text = new TextDecoder().decode((await unzipped(file)).get('selftest.json'));
  const record = JSON.parse(text) as { images: { sha256: string; logits: number[] }[] };
  const digest = await crypto.subtle.digest('SHA-256', await pictures[1]!.arrayBuffer());
  const hex = [...new Uint8Array(digest)]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
  expect(record.images[1]?.sha256).toBe(hex);
  const { logits } = await model.predict(pictures[1]!);
  expect(record.images[1]?.logits).toEqual([...logits]);
  model.dispose();
});

test('where there are no images, patterns of noise are asked about', async () => {
  const model = await movedModel(await microBackbone('vit-micro'), methodNamed('san'));
  const { selfTest } = await takeHome(model, 'onnx', none, release);
  expect(selfTest).toMatchObject({ images: 4, source: 'drawn' });
  model.dispose();
});

test('at most 16 images are asked about, and none that was removed', async () => {
  const { preprocessing } = (await microBackbone('vit-micro')).info;
  const asked: number[] = [];
  const open = (id: number): Promise<Blob> => {
    asked.push(id);
    if (id === 0) return Promise.reject(new EngineError('bad-request', 'There is no image 0.'));
    return Promise.resolve(pictures[0]!);
  };
  const ids = Array.from({ length: 100 }, (_, i) => i);
  const { images } = await testImages({ ids, open }, preprocessing);
  expect(images).toHaveLength(15);
  expect(asked).toHaveLength(16);
  expect(asked.at(-1)).toBeGreaterThan(90);
});

describe('a file that is not what was trained', () => {
  const proof = { reader: 'onnx', tolerance: 1e-3 } as const;

  test('is refused, with how far it is off', async () => {
    const loaded = await microBackbone('vit-micro');
    const [model, other] = [
      await movedModel(loaded, methodNamed('san')),
      await movedModel(loaded, methodNamed('full')),
    ];
    const images = await testImages(own, loaded.info.preprocessing);
    const expected = await answersOf(model, images);
    for (const format of exportFormats) {
      const parts = await storedParts(await format.files(await sourceOf(other), 'other'));
      await expect(testFiles(model.loaded, images, expected, parts)).rejects.toThrow(
        /must give the page's own answers to within 0.0\d+; its logits are up to .* off/,
      );
    }
    model.dispose();
    other.dispose();
  });

  test('is refused where it cannot be opened', async () => {
    const model = await movedModel(await microBackbone('vit-micro'), methodNamed('san'));
    const images = await testImages(own, model.loaded.info.preprocessing);
    const parts = [{ name: 'model.onnx', input: Uint8Array.of(1, 2, 3), proof }];
    const expected = await answersOf(model, images);
    await expect(testFiles(model.loaded, images, expected, parts)).rejects.toThrow(
      /ONNX Runtime must open what was written/,
    );
    model.dispose();
  });
});

test('every format but the first one says how it is used', async () => {
  const loaded = await microBackbone('vit-micro');
  for (const method of allMethods().filter(({ info }) => !(info.name in loaded.info.refusals))) {
    const model = await movedModel(loaded, method);
    const [first, ...others] = offersOf(model);
    expect(first?.snippets.length).toBe(method.info.foldsAway ? 1 : 0);
    for (const { snippets } of others) expect(snippets.length).toBeGreaterThan(0);
    model.dispose();
  }
});
