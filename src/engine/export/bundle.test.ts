import {
  BlobReader,
  TextWriter,
  Uint8ArrayWriter,
  ZipReader,
  type FileEntry,
} from '@zip.js/zip.js';
import { downloadZip } from 'client-zip';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseModelConfig } from '../../lib/model-config.ts';
import { parseSafetensors, writeSafetensors } from '../../lib/safetensors.ts';
import { zipOfParts } from '../../testing/zip-of-parts.ts';
import { writeAdapter } from './adapter.ts';
import { folderName } from './archive.ts';
import { bundleFiles } from './bundle.ts';
import type { TrainedModel } from './contract.ts';
import { openBundle } from './import-bundle.ts';
import { mergedState, trainedModel } from './trained-model.fixture.ts';

const date = new Date('2026-01-02T03:04:05Z');
async function exportBundle(model: TrainedModel, on: Date): Promise<{ name: string; file: Blob }> {
  const folder = folderName(model, on);
  return { name: `${folder}.zip`, file: await zipOfParts(folder, await bundleFiles(model), on) };
}

const bundle = await exportBundle(trainedModel, date);

async function entriesOf(zip: Blob): Promise<Map<string, FileEntry>> {
  const entries = await new ZipReader(new BlobReader(zip), { useWebWorkers: false }).getEntries();
  const files = entries.filter((entry): entry is FileEntry => !entry.directory);
  return new Map(files.map((file) => [file.filename.split('/').pop() ?? '', file]));
}

async function textOf(name: string, zip = bundle.file): Promise<string> {
  const entry = (await entriesOf(zip)).get(name);
  if (!entry) throw new Error(`The bundle must hold ${name}.`);
  return entry.getData(new TextWriter());
}

const zipOf = (files: Readonly<Record<string, string | Uint8Array>>) =>
  downloadZip(Object.entries(files).map(([name, input]) => ({ name, input }))).blob();

describe('exportBundle', () => {
  it('is named after backbone, method and date, and holds its files in one folder', async () => {
    expect(bundle.name).toBe('resnet10_128-san-2026-01-02.zip');
    const entries = await entriesOf(bundle.file);
    const files = [
      'README.md',
      'config.json',
      'adapter.safetensors',
      'model.safetensors',
      'run.json',
      'split.json',
      ...['adapter.py', 'batches.py', 'images.py', 'network.py', 'recipes.py', 'requirements.txt'],
      ...['rng.py', 'run.py', 'san.py', 'sites.py', 'train.py'],
    ];
    expect([...entries.keys()]).toEqual(files);
    for (const [name, { filename }] of entries) {
      const folder = /\.(py|txt)$/.test(name) ? 'eject/' : '';
      expect(filename).toBe(`resnet10_128-san-2026-01-02/${folder}${name}`);
    }
  });

  it('holds the merged weights as they are', async () => {
    const entry = (await entriesOf(bundle.file)).get('model.safetensors');
    const bytes = await entry?.getData(new Uint8ArrayWriter());
    expect(parseSafetensors(bytes ?? new Uint8Array()).tensors).toEqual(mergedState);
  });

  it('describes the model the way timm does', async () => {
    expect(parseModelConfig(await textOf('config.json'))).toMatchObject({
      architecture: 'resnet18',
      modelArgs: trainedModel.modelArgs,
      labelNames: trainedModel.classes,
      inputSize: 128,
      cropMode: 'squash',
    });
  });

  it('keeps the run', async () => {
    expect(JSON.parse(await textOf('run.json'))).toEqual(trainedModel.record);
  });

  it('keeps which image was trained on', async () => {
    expect(JSON.parse(await textOf('split.json'))).toEqual(trainedModel.split);
  });

  it('says how to train on, and where that cannot be', async () => {
    expect(await textOf('README.md')).toContain('torchrun --nproc_per_node 4 eject/train.py');
    const backbone = { ...trainedModel.backbone, naming: 'transformers' as const };
    for (const other of [
      { ...trainedModel, foldsAway: false, merged: null },
      { ...trainedModel, backbone },
    ]) {
      const { file } = await exportBundle(other, date);
      expect((await entriesOf(file)).has('train.py')).toBe(false);
      const readme = await textOf('README.md', file);
      expect(readme).toContain('There are no scripts for it here, because');
      expect(readme).not.toContain('eject/');
    }
  });

  it('writes the model down as Python', async () => {
    const readme = await textOf('README.md');
    expect(readme).toContain('timm.create_model(\n    "resnet18",\n    num_classes=3,');
    expect(readme).toContain('channels=[48, 96, 160, 256]');
    expect(readme).toContain('zero_init_last=False');
    expect(readme).toContain('Validation accuracy 80.0 % on 15 images');
  });

  it('says what is different about a model that came from Transformers', async () => {
    const config = parseModelConfig('{"model_type": "vit", "layer_norm_eps": 1e-12}');
    const backbone = { ...trainedModel.backbone, naming: 'transformers' as const };
    const model = { ...trainedModel, backbone, backboneConfig: config };
    const { file } = await exportBundle(model, date);
    const readme = await textOf('README.md', file);
    expect(readme).toContain('names of Hugging Face Transformers; all files here carry timm’s');
    expect(readme).toContain('module.eps = 1e-12');
    const exported = parseModelConfig(await textOf('config.json', file));
    expect(exported).toMatchObject({ normEpsilon: 1e-12, transformers: null });

    expect(await textOf('README.md')).not.toMatch(/Transformers|module.eps/);
  });

  it('leaves out merged weights where the method does not fold away, and says so', async () => {
    const staying = { ...trainedModel, foldsAway: false, merged: null };
    const { file } = await exportBundle(staying, date);
    expect((await entriesOf(file)).has('model.safetensors')).toBe(false);
    const readme = await textOf('README.md', file);
    expect(readme).toContain('cannot be folded into the weights');
    expect(readme).not.toMatch(/model\.safetensors|timm\.create_model/);
    const { adapter } = await openBundle(file, 'given.zip');
    expect(adapter.tensors).toEqual(new Map([...trainedModel.tensors].sort()));
  });

  it('leaves out the run of a model that was imported', async () => {
    const imported = await exportBundle({ ...trainedModel, record: null }, date);
    const entries = await entriesOf(imported.file);
    expect(entries.has('run.json')).toBe(false);
    expect(entries.has('train.py')).toBe(false);
  });

  it('names a file of the Hub or of the disk so that every system takes it', async () => {
    for (const name of ['timm/resnet18.a1_in1k', '../my model?.safetensors']) {
      const backbone = { ...trainedModel.backbone, name };
      const { name: zip } = await exportBundle({ ...trainedModel, backbone }, date);
      expect(zip).toMatch(/^(resnet18\.a1_in1k|my-model-)-san-2026-01-02\.zip$/);
    }
  });

  it('refuses a head that is not of its classes', async () => {
    const model = { ...trainedModel, classes: ['a', 'b'] };
    await expect(exportBundle(model, date)).rejects.toThrow(
      /one row for each of 2 classes; it has 3/,
    );
  });

  it('names both heads of a model that has two, and refuses one without the second', async () => {
    const two = { ...trainedModel, heads: ['fc', 'fc_dist'] };
    await expect(exportBundle(two, date)).rejects.toThrow(/The head "fc_dist" .* it has none/);
    const weight = trainedModel.tensors.get('fc.weight') ?? { shape: [], data: new Float32Array() };
    const tensors = new Map(trainedModel.tensors).set('fc_dist.weight', weight);
    const { file } = await exportBundle({ ...two, tensors }, date);
    const written: unknown = JSON.parse(await textOf('config.json', file));
    expect(written).toMatchObject({ pretrained_cfg: { classifier: ['fc', 'fc_dist'] } });
    const alone: unknown = JSON.parse(await textOf('config.json'));
    expect(alone).toMatchObject({ pretrained_cfg: { classifier: 'fc' } });
  });
});

describe('openBundle', () => {
  it('opens an adapter, and the zip it came in', async () => {
    const bytes = await writeAdapter(trainedModel);
    const alone = await openBundle(new Blob([bytes]), 'adapter.safetensors');
    expect(alone.adapter.classes).toEqual(trainedModel.classes);
    expect((await openBundle(bundle.file, bundle.name)).adapter).toEqual(alone.adapter);
    const deep = await zipOf({
      'a/b/c/adapter.safetensors': bytes,
      '__MACOSX/adapter.safetensors': '',
    });
    expect(await openBundle(deep, 'deep.zip')).toEqual(alone);
  });

  it.each([
    ['merged weights', () => new Blob([writeSafetensors(mergedState)]), /names no format/],
    [
      'a picture',
      () => new Blob([new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3, 4, 5, 6])]),
      /not safetensors/,
    ],
    ['nothing', () => new Blob([]), /this file has 0 bytes/],
    [
      'a zip without an adapter',
      () => zipOf({ 'model.safetensors': 'x' }),
      /exactly one adapter.safetensors; it holds 0/,
    ],
    [
      'a zip of two',
      () => zipOf({ 'a/adapter.safetensors': 'x', 'b/adapter.safetensors': 'y' }),
      /it holds 2/,
    ],
    [
      'a zip of rubbish',
      () => zipOf({ 'adapter.safetensors': 'rubbish, all of it' }),
      /not safetensors/,
    ],
    ['half a zip', () => bundle.file.slice(0, 5000), /zip is damaged or cut off/],
    ['an empty zip', () => zipOf({}), /it holds 0/],
  ])('refuses %s with a sentence', async (_case, make, sentence) => {
    const opening = openBundle(await make(), 'given.zip');
    await expect(opening).rejects.toMatchObject({ code: 'bad-file' });
    await expect(opening).rejects.toThrow(sentence);
    await expect(opening).rejects.toThrow(/^"given.zip" could not be opened/);
  });

  it('refuses a zip whose adapter was damaged', async () => {
    const bytes = new Uint8Array(await bundle.file.arrayBuffer());
    const middle = new TextDecoder('latin1').decode(bytes).indexOf('san-studio-adapter');
    bytes[middle + 200] = (bytes[middle + 200] ?? 0) ^ 1;
    await expect(openBundle(new Blob([bytes]), 'x.zip')).rejects.toMatchObject({
      code: 'bad-file',
    });
  });

  it('brings the run along, from the zip and from its unpacked folder', async () => {
    const { record, split } = trainedModel;
    expect((await openBundle(bundle.file, bundle.name)).run).toEqual({ record, split });
    const beside = await Promise.all(
      ['run.json', 'split.json'].map(async (name) => ({
        name,
        file: new Blob([await textOf(name)]),
      })),
    );
    const adapter = new Blob([await writeAdapter(trainedModel)]);
    expect((await openBundle(adapter, 'a', beside)).run).toEqual({ record, split });
    expect((await openBundle(adapter, 'a', beside.slice(0, 1))).run).toBeNull();
  });

  it.each<[string, (record: string) => string, RegExp]>([
    ['was changed', (text) => text.replace('0.8', '0.9'), /no longer are what was exported/],
    ['is cut off', (text) => text.slice(0, -40), /no longer are what was exported/],
  ])('refuses a run that %s', async (_case, change, sentence) => {
    const beside = [
      { name: 'run.json', file: new Blob([change(await textOf('run.json'))]) },
      { name: 'split.json', file: new Blob([await textOf('split.json')]) },
    ];
    const adapter = new Blob([await writeAdapter(trainedModel)]);
    await expect(openBundle(adapter, 'a', beside)).rejects.toThrow(sentence);
  });

  const wrong = { ...trainedModel.record!, steps: [{ step: 1, loss: 'low' }] } as unknown;
  it.each<[string, Partial<TrainedModel>, RegExp]>([
    ['of another method', { record: { ...trainedModel.record!, method: 'lora' } }, /another’s/],
    ['with steps that are none', { record: wrong as TrainedModel['record'] }, /“steps” cannot/],
    [
      'whose images are of no class',
      { split: { train: [{ path: 'a', class: 'nobody', sha256: null }], validation: [] } },
      /another’s/,
    ],
  ])('refuses a run %s, whatever the adapter says', async (_case, change, sentence) => {
    const { file } = await exportBundle({ ...trainedModel, ...change }, date);
    await expect(openBundle(file, 'x.zip')).rejects.toThrow(sentence);
  });

  it('opens what was exported or refuses it, however the zip is damaged', async () => {
    const bytes = new Uint8Array(await bundle.file.arrayBuffer());
    const whole = await openBundle(bundle.file, 'x.zip');
    const place = fc.nat({ max: bytes.length - 1 });
    const edit = fc.tuple(place, fc.integer({ min: 1, max: 255 }));
    const damage = fc.record({ edits: fc.array(edit, { maxLength: 8 }), end: fc.option(place) });
    await fc.assert(
      fc.asyncProperty(damage, async ({ edits, end }) => {
        const damaged = bytes.slice(0, end ?? bytes.length);
        for (const [at, by] of edits) if (at < damaged.length) damaged[at]! ^= by;
        const opened = await openBundle(new Blob([damaged]), 'x.zip').catch((error: unknown) => {
          expect(error).toMatchObject({ code: 'bad-file' });
          return null;
        });
        if (opened) expect(opened.adapter).toEqual(whole.adapter);
        if (opened?.run) expect(opened.run).toEqual(whole.run);
      }),
      { numRuns: 200 },
    );
  });
});
