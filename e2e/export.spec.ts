import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, type Page } from '@playwright/test';
import { unzipSync } from 'fflate';
import { makeClassFolders } from './class-folders.ts';
import { choose, download, drop, openStudio, prepareRun, tab, test, train } from './studio.ts';

test('the exported zip, dropped back after a reload, predicts the same', async ({
  page,
  scratch,
}) => {
  const root = scratch('textures');
  const unseen = scratch('unseen');
  await makeClassFolders(root, { imagesPerClass: 8, seed: 4 });
  await makeClassFolders(unseen, { imagesPerClass: 1, seed: 5 });
  const image = join(unseen, 'stripes', 'stripes-0.png');

  await openStudio(page);
  await choose(page, 'Choose a folder', root);
  await prepareRun(page, { backbone: 'ResNet-10', method: 'SAN · Synapses & Neurons', epochs: 2 });
  await train(page);
  const trained = await prediction(page, image);

  await tab(page, 'Export').click();
  const { zip, files } = await downloaded(page);
  const names = [...files.keys()].filter((name) => !name.endsWith('.py')).toSorted();
  expect(names).toEqual([
    'README.md',
    'adapter.safetensors',
    'config.json',
    'model.safetensors',
    'requirements.txt',
    'run.json',
    'selftest.json',
    'split.json',
  ]);
  expect(Buffer.from(files.get('train.py') ?? []).toString()).toContain('torchrun');
  const adapter = files.get('adapter.safetensors') ?? new Uint8Array();

  const dropped = [
    { name: 'san-model.zip', bytes: zip },
    { name: 'adapter.safetensors', bytes: Buffer.from(adapter) },
  ];
  for (const file of dropped) {
    await page.reload();
    await openStudio(page);
    await drop(page.getByRole('main'), [file]);
    const model = page.getByRole('region', { name: 'Opened model' });
    await expect(model).toContainText('checks, rings, stripes');
    await model.getByRole('button', { name: 'Try it on an image' }).click();
    expect(await prediction(page, image)).toEqual(trained);
  }
});

test('a run opened from its zip is on the list, with all that it was', async ({
  page,
  browser,
  baseURL,
  scratch,
}) => {
  const root = scratch('textures');
  await makeClassFolders(root, { imagesPerClass: 8, seed: 4 });
  await openStudio(page);
  await choose(page, 'Choose a folder', root);
  await prepareRun(page, { backbone: 'ResNet-10', method: 'SAN · Synapses & Neurons', epochs: 2 });
  await train(page);
  const headline = await page.getByText(/recognised \(/).innerText();
  await tab(page, 'Export').click();
  const { zip } = await downloaded(page);

  const context = await browser.newContext({ baseURL });
  const other = await context.newPage();
  await openStudio(other);
  const damaged = Buffer.from(zip.subarray(0, zip.length - 40));
  await drop(other.getByRole('main'), [{ name: 'damaged.zip', bytes: damaged }]);
  await tab(other, 'Runs').click();
  await expect(other.getByRole('table', { name: 'Your runs' })).toHaveCount(0);
  await drop(other.getByRole('main'), [{ name: 'oaks.zip', bytes: zip }]);
  await expect(other.getByRole('region', { name: 'Opened model' })).toContainText('ResNet');
  await tab(other, 'Results').click();
  await expect(other.getByText(headline)).toBeVisible();
  await expect(other.getByText(/without the images that judged it/)).toBeVisible();
  await tab(other, 'Runs').click();
  const rows = other.getByRole('table', { name: 'Your runs' }).getByRole('row');
  await expect(rows).toHaveCount(2);
  await expect(rows.nth(1)).toContainText('2 of 2');
  await tab(other, 'Scales').click();
  await expect(other.getByText(/did not come with its file/)).toBeVisible();
  await tab(other, 'Live').click();
  await expect(other.getByRole('img', { name: /loss/i }).first()).toBeVisible();

  await other.reload();
  await openStudio(other);
  await tab(other, 'Results').click();
  await expect(other.getByText(headline)).toBeVisible();
  await choose(other, 'Choose a folder', root);
  await tab(other, 'Export').click();
  await drop(other.getByRole('main'), [{ name: 'oaks.zip', bytes: zip }]);
  await tab(other, 'Results').click();
  await expect(other.getByRole('region', { name: 'Validation images' })).toBeVisible();
  await context.close();
});

test('other formats are tried on the images before they are saved', async ({ page, scratch }) => {
  const root = scratch('textures');
  await makeClassFolders(root, { imagesPerClass: 8, seed: 4 });
  await openStudio(page);
  await choose(page, 'Choose a folder', root);
  await prepareRun(page, { backbone: 'ResNet-10', method: 'SAN · Synapses & Neurons', epochs: 1 });
  const runtimes = countRuntimes(page);
  await train(page);
  await tab(page, 'Export').click();

  const expected: Record<string, string[]> = {
    ONNX: ['README.md', 'model.onnx', 'selftest.json'],
    'Hugging Face folder': [
      'README.md',
      'config.json',
      'model.onnx',
      'model.safetensors',
      'model_fp16.onnx',
      'preprocessor_config.json',
      'selftest.json',
    ],
    'TensorFlow.js': [
      'README.md',
      'group1-shard1of2.bin',
      'group1-shard2of2.bin',
      'model.json',
      'selftest.json',
    ],
  };
  for (const [format, names] of Object.entries(expected)) {
    expect(runtimes()).toBe(format === 'ONNX' ? 0 : 1);
    await page.getByRole('radio', { name: format, exact: true }).click();
    const lines = page.getByRole('region', { name: 'Lines that use it' });
    await expect(lines).toContainText('image.jpg');
    const { files } = await downloaded(page);
    expect([...files.keys()].toSorted()).toEqual(names);
    const tried = page.getByRole('list', { name: 'Opened again' }).getByRole('listitem');
    await expect(tried.first()).toContainText(/model\.\w+, opened again, names the same class/);
    const selfTest = JSON.parse(Buffer.from(files.get('selftest.json') ?? '').toString()) as {
      images: { sha256: string; logits: number[] }[];
      files: { name: string; largestDifference: number }[];
    };
    expect(selfTest.images[0]?.logits).toHaveLength(3);
    expect(selfTest.files).toHaveLength(
      names.filter((name) => /onnx|safetensors|^model/.test(name)).length,
    );
    for (const { name, largestDifference } of selfTest.files) {
      expect(largestDifference).toBeLessThan(name.includes('fp16') ? 3e-2 : 1e-4);
    }
  }
});

test('the exported page classifies as the studio does, opened from a folder', async ({
  page,
  context,
  scratch,
}) => {
  const root = scratch('textures');
  await makeClassFolders(root, { imagesPerClass: 8, seed: 4 });
  const image = join(root, 'stripes', 'stripes-0.png');
  await openStudio(page);
  await choose(page, 'Choose a folder', root);
  await prepareRun(page, { backbone: 'ResNet-10', method: 'SAN · Synapses & Neurons', epochs: 2 });
  await train(page);
  const expected = await prediction(page, image);
  await tab(page, 'Export').click();
  await page.getByRole('radio', { name: 'A page to try it' }).click();
  const { files } = await downloaded(page);

  const folder = scratch('demo');
  await mkdir(folder, { recursive: true });
  for (const [name, bytes] of files) await writeFile(join(folder, name), bytes);
  await context.setOffline(true);
  const demo = await context.newPage();
  const complaints: string[] = [];
  demo.on('pageerror', (error) => complaints.push(error.message));
  demo.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  await demo.goto(pathToFileURL(join(folder, 'index.html')).href);
  await expect(demo.getByRole('status')).toHaveText('Ready: drop images anywhere.');
  await demo.getByLabel('Choose images').setInputFiles(image);
  const rows = demo.getByRole('list', { name: 'Images tried' }).getByRole('listitem');
  const answers = rows.getByRole('listitem');
  await expect(answers).toHaveCount(3);
  const shown = await answers.allInnerTexts();
  expect(shown.map(nameOf)).toEqual(expected.map(nameOf));
  for (const [i, line] of shown.entries()) {
    expect(Math.abs(percentOf(line) - percentOf(expected[i] ?? ''))).toBeLessThan(1);
  }
  await drop(demo.getByRole('main'), [{ name: 'dropped.png', bytes: await readFile(image) }]);
  await expect(rows.filter({ hasText: 'dropped.png' }).getByRole('listitem')).toHaveCount(3);
  await drop(demo.getByRole('main'), [{ name: 'torn.png', bytes: Buffer.from('no picture') }]);
  await expect(rows.filter({ hasText: 'torn.png' })).toContainText('not a picture');

  await demo.getByRole('button', { name: 'Use the camera' }).click();
  const seen = demo.getByRole('region', { name: 'What the camera sees' });
  await expect(seen.getByRole('listitem')).toHaveCount(3);
  await demo.getByRole('button', { name: 'Stop the camera' }).click();
  await expect(seen.getByRole('listitem')).toHaveCount(0);
  await expect(demo.getByRole('button', { name: 'Use the camera' })).toBeVisible();
  expect(complaints).toEqual([]);
});

const nameOf = (line: string): string => line.trim().split(/\s/)[0] ?? '';
const percentOf = (line: string): number => Number(/([\d.]+)\s*%/.exec(line)?.[1] ?? NaN);

/** How often ONNX Runtime was fetched so far, and that from the page's own address. */
function countRuntimes(page: Page): () => number {
  let count = 0;
  page.context().on('request', (request) => {
    const url = new URL(request.url());
    if (!/ort-wasm.*\.wasm$/.test(url.pathname)) return;
    expect(url.origin).toBe(new URL(page.url()).origin);
    count++;
  });
  return () => count;
}

/** Presses "Download"; gives the zip, and its files by their names without folders. */
async function downloaded(page: Page): Promise<{ zip: Buffer; files: Map<string, Uint8Array> }> {
  const file = await download(page.getByRole('button', { name: 'Download' }));
  expect(file.suggestedFilename()).toMatch(/\.zip$/);
  const zip = await readFile(await file.path());
  const entries = Object.entries(unzipSync(zip));
  return { zip, files: new Map(entries.map(([path, bytes]) => [basename(path), bytes])) };
}

/** The classes and probabilities shown for an image, in the order shown. */
async function prediction(page: Page, image: string): Promise<string[]> {
  await choose(page, 'Choose images', image);
  const tried = page.getByRole('list', { name: 'Images tried' });
  const lines = tried.getByRole('listitem').getByRole('listitem');
  await expect(lines).toHaveCount(3);
  return lines.allInnerTexts();
}
