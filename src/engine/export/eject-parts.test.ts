import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { encode } from 'fast-png';
import { beforeAll, describe, expect, it } from 'vitest';
import { createRng } from '../../lib/rng.ts';
import { goldenBackbone } from '../../testing/ejected-run.ts';
import { goldenNames } from '../../testing/goldens.ts';
import { hasPython, hasTimm, runPython } from '../../testing/pytorch.ts';
import { evaluationGeometry } from '../data/geometry.ts';
import { resample, type PixelSource } from '../data/resample.ts';
import { Model } from '../model.ts';
import { fieldDefaults } from '../form.ts';
import { allMethods, methodNamed } from '../peft/registry.ts';

const scripts = resolve('src/engine/export/eject');
const san = methodNamed('san');
const needsPython = { skip: !hasPython, timeout: 120_000 };

/** Where timm is not installed, what stands in for it builds these; the others vary them. */
const standIns = [
  'vit-micro',
  'resnet-micro-bottleneck',
  'convnext-micro',
  'swin-micro',
  'mixer-micro',
];

describe('the scripts’ methods', needsPython, () => {
  beforeAll(() => tf.setBackend('cpu'));

  it.for(goldenNames)('train %s as its golden says', async (golden, { skip }) => {
    skip(!hasTimm && !standIns.includes(golden), 'needs timm');
    skip(hasTimm && golden === 'mixer-micro', 'no name of timm builds it');
    const loaded = await goldenBackbone(golden);
    const { architecture, modelArgs, heads } = loaded.backbone;
    const network = JSON.stringify({ architecture, arguments: modelArgs, heads });
    const printed = await runPython([resolve('scripts/reference/check_eject.py'), network], {
      golden,
    });
    const { errors, last } = JSON.parse(printed) as {
      errors: Record<string, Record<string, number>>;
      last: Record<string, string[]>;
    };
    expect(errors).toHaveProperty('san');
    for (const [method, each] of Object.entries(errors)) {
      expect(Math.max(...Object.values(each)), method).toBeLessThan(1e-4);
    }
    for (const [lastBlocks, names] of Object.entries(last)) {
      const options = { ...fieldDefaults(san.info.fields), lastBlocks: Number(lastBlocks) };
      const model = Model.fresh(loaded, san, options, ['a', 'b'], 1);
      expect(model.network.trainable.map(({ name }) => name)).toEqual(names);
      model.dispose();
    }
  });

  it('are all that fold into the weights', async () => {
    const words = ['-c', 'import recipes, json; print(json.dumps(list(recipes.METHODS)))'];
    const printed = await runPython(words, { golden: 'vit-micro', modules: scripts });
    const folding = allMethods().filter(({ info }) => info.foldsAway);
    expect(new Set(JSON.parse(printed) as string[])).toEqual(
      new Set(folding.map(({ info }) => info.name)),
    );
  });
});

describe('the scripts’ images', needsPython, () => {
  const [width, height, size] = [53, 37, 24];
  const rng = createRng(3);
  const picture = Uint8Array.from({ length: width * height * 3 }, () => rng.integer(256));
  const source: PixelSource = {
    width,
    height,
    read: (window) => {
      const read = new Uint8Array(window.width * window.height * 4);
      for (let at = 0; at < read.length / 4; at++) {
        const row = window.top + Math.floor(at / window.width);
        const column = window.left + (at % window.width);
        const from = (row * width + column) * 3;
        read.set(picture.subarray(from, from + 3), at * 4);
      }
      return read;
    },
  };

  it.each([
    ['center', 'bilinear', 0.875],
    ['center', 'bicubic', 1],
    ['squash', 'bicubic', 0.9],
  ] as const)(
    'are prepared as the page does: %s, %s, %d',
    async (cropMode, interpolation, cropShare) => {
      const preprocessing = { size, cropMode, interpolation, cropShare };
      const geometry = evaluationGeometry(width, height, preprocessing);
      const prepared = resample(
        source,
        geometry.width,
        geometry.height,
        interpolation,
        geometry.crop,
      );

      const folder = await mkdtemp(join(tmpdir(), 'images-'));
      const file = join(folder, 'picture.png');
      await writeFile(file, encode({ width, height, data: picture, channels: 3, depth: 8 }));
      const code =
        'import images, json, sys; print(images.prepare(sys.argv[1], json.loads(sys.argv[2])).flatten().tolist())';
      const words = ['-c', code, file, JSON.stringify(preprocessing)];
      const printed = await runPython(words, { golden: 'vit-micro', modules: scripts });
      expect(JSON.parse(printed)).toEqual([...prepared]);
      await rm(folder, { recursive: true });
    },
  );
});
