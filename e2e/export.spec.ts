import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import { unzipSync } from 'fflate';
import { makeClassFolders } from './class-folders.ts';
import { choose, drop, openStudio, prepareRun, tab, test, train } from './studio.ts';

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
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download' }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toMatch(/\.zip$/);
  const zip = await readFile(await download.path());
  const files = new Map(
    Object.entries(unzipSync(zip)).map(([path, bytes]) => [basename(path), bytes]),
  );
  const names = [...files.keys()].filter((name) => !name.endsWith('.py')).toSorted();
  expect(names).toEqual([
    'README.md',
    'adapter.safetensors',
    'config.json',
    'model.safetensors',
    'requirements.txt',
    'run.json',
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

/** The classes and probabilities shown for an image, in the order shown. */
async function prediction(page: Page, image: string): Promise<string[]> {
  await choose(page, 'Choose images', image);
  const tried = page.getByRole('list', { name: 'Images tried' });
  const lines = tried.getByRole('listitem').getByRole('listitem');
  await expect(lines).toHaveCount(3);
  return lines.allInnerTexts();
}
