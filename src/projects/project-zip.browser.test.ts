import { strToU8, unzipSync, zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { filesOf, removeFiles, writeFile } from './project-files.ts';
import { ProjectIndex } from './project-index.ts';
import { packProject, unpackProject } from './project-zip.ts';
import { EMPTY_DATASET, EMPTY_SETTINGS, type ProjectContents } from './records.ts';

const NAME = 'project-zip-test';
const [original, copy] = ['zip-test-original', 'zip-test-copy'];
const picture = '0b2f6f5e-8d3a-4a39-9a55-0a1d3f0f8e11';
const contents: ProjectContents = {
  dataset: { ...EMPTY_DATASET, classes: [{ id: 1, name: 'oak' }], order: [3], nextImage: 4 },
  settings: { ...EMPTY_SETTINGS, method: 'san', touchedTraining: { epochs: 3 } },
  images: [
    {
      ...{ id: 3, path: 'oak/3.png', width: 2, height: 1, classId: 1 },
      thumbnail: new Blob(['thumb'], { type: 'image/jpeg' }),
      file: { name: picture, hash: 'abc' },
    },
  ],
  runs: [],
  backbones: [
    {
      hash: 'def',
      source: { kind: 'file', name: 'a.safetensors', weights: new File(['w'], 'a'), config: null },
    },
  ],
};
const hooks = { onProgress: () => undefined, signal: new AbortController().signal };
const info = (id: string) => ({ id, name: 'Leaves / oaks', changedAt: 1 });
let index: ProjectIndex;

beforeEach(async () => {
  index = await ProjectIndex.open(NAME);
  await index.add(info(original), contents);
  await writeFile(original, 'images', picture, new Blob(['pixels']).stream());
  await writeFile(original, 'runs', '1.safetensors', new Blob(['tensors']).stream());
});

afterEach(async () => {
  index.close();
  indexedDB.deleteDatabase(NAME);
  await removeFiles(original);
  await removeFiles(copy);
});

async function filesIn(project: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { kind, name, file } of filesOf(project)) {
    found.push(`${kind}/${name}: ${await file.text()}`);
  }
  return found;
}

test('a project comes out of its file as it went in', async () => {
  const file = await packProject(index, info(original), hooks);
  expect(file.name).toBe('Leaves _ oaks.san-project.zip');
  await unpackProject(index, info(copy), file, hooks);
  expect((await index.list()).map(({ name }) => name)).toEqual(['Leaves / oaks', 'Leaves / oaks']);
  const { images, backbones, ...rest } = await index.load(copy);
  expect(rest).toEqual({ dataset: contents.dataset, settings: contents.settings, runs: [] });
  expect(await images[0]?.thumbnail.text()).toBe('thumb');
  const source = backbones[0]?.source;
  expect(source?.kind === 'file' && (await source.weights.text())).toBe('w');
  expect(await filesIn(copy)).toEqual([`images/${picture}: pixels`, 'runs/1.safetensors: tensors']);
});

test('of a file that is cut off or changed, nothing stays', async () => {
  const file = await packProject(index, info(original), hooks);
  const cut = file.slice(0, file.size - 40);
  await expect(unpackProject(index, info(copy), cut, hooks)).rejects.toThrow(/damaged, cut off/);
  const bytes = new Uint8Array(await file.arrayBuffer());
  const at = new TextDecoder('latin1').decode(bytes).indexOf('pixels');
  bytes.set([0x21], at);
  await expect(unpackProject(index, info(copy), new Blob([bytes]), hooks)).rejects.toThrow(
    /damaged, cut off/,
  );
  expect((await index.list()).map(({ id }) => id)).toEqual([original]);
  expect(await filesIn(copy)).toEqual([]);
});

test('a file with a name that the disk does not take is refused', async () => {
  const file = await packProject(index, info(original), hooks);
  const bytes = new Uint8Array(await file.arrayBuffer());
  const letters = new TextDecoder('latin1').decode(bytes);
  const name = `images/${picture}`;
  for (let at = letters.indexOf(name); at >= 0; at = letters.indexOf(name, at + 1)) {
    bytes.set(new TextEncoder().encode('\\'), at + name.indexOf('-'));
  }
  await expect(unpackProject(index, info(copy), new Blob([bytes]), hooks)).rejects.toThrow(
    /damaged, cut off/,
  );
  expect(await filesIn(copy)).toEqual([]);
});

describe('no more comes out of a file than lies in it', () => {
  const opening = (bytes: Uint8Array<ArrayBuffer>) =>
    unpackProject(index, info(copy), new Blob([bytes]), hooks);

  afterEach(async () => {
    expect(await filesIn(copy)).toEqual([]);
    expect((await index.list()).map(({ id }) => id)).toEqual([original]);
  });

  test('one that was compressed is refused', async () => {
    const file = await packProject(index, info(original), hooks);
    const files = unzipSync(new Uint8Array(await file.arrayBuffer()));
    await expect(opening(zipSync(files, { level: 9 }))).rejects.toThrow(/lie in it uncompressed/);
  });

  test('entries that share their bytes are refused', async () => {
    const bytes = zipSync({ 'a.bin': new Uint8Array(999), 'b.bin': strToU8('b') }, { level: 0 });
    const view = new DataView(bytes.buffer);
    const letters = new TextDecoder('latin1').decode(bytes);
    const [first, second] = ['a.bin', 'b.bin'].map((name) => letters.lastIndexOf(name) - 46);
    // Checksum and sizes, and where the entry begins: the second one is the first once more.
    for (const at of [16, 20, 24, 42]) {
      view.setUint32(second! + at, view.getUint32(first! + at, true), true);
    }
    await expect(opening(bytes)).rejects.toThrow(/one after the other/);
  });

  test('a part that is named twice is refused', async () => {
    const runs = ['run-1.json', 'run-1.json'];
    const manifest = { format: 'san-studio-project', version: 1, name: 'Twice', runs };
    const files = {
      'project.json': strToU8(JSON.stringify(manifest)),
      'run-1.json': strToU8('{}'),
    };
    await expect(opening(zipSync(files, { level: 0 }))).rejects.toThrow(
      /lacks “run-1.json”, or names it twice/,
    );
  });
});

test('writing stops when it is cancelled', async () => {
  const stopped = { ...hooks, signal: AbortSignal.abort() };
  await expect(packProject(index, info(original), stopped)).rejects.toThrow();
});
