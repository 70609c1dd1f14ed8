import { readFile, writeFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { decode, encode } from 'fast-png';
import { classNames, makeClassFolders } from './class-folders.ts';
import { choose, openStudio, prepareRun, RUN_TIME, step, test, unfold } from './studio.ts';

/** The same picture, a little lighter: another file, and to the eye the same. */
async function lighter(path: string, change: number): Promise<Uint8Array> {
  const { width, height, channels, data } = decode(await readFile(path));
  const lit = Uint8Array.from(data, (value) => Math.min(255, value + change));
  return encode({ width, height, channels, data: lit });
}

test('frames of a burst stay on one side, and labels that change under a run are told', async ({
  page,
  scratch,
}) => {
  const root = scratch('burst');
  await makeClassFolders(root, { imagesPerClass: 6, seed: 1 });
  for (const change of [3, 6, 9]) {
    const frame = await lighter(join(root, 'rings', 'rings-0.png'), change);
    await writeFile(join(root, 'rings', `rings-0-frame-${change}.png`), frame);
  }
  // A browser in which the person said no.
  await page.addInitScript(() => {
    const denied = { permission: 'denied', requestPermission: () => Promise.resolve('denied') };
    Object.defineProperty(window, 'Notification', { value: denied });
  });
  await openStudio(page);
  await choose(page, 'Choose a folder', root);
  await expect(step(page, 'Images')).toContainText('21 images, 3 classes');
  const panel = page.getByRole('region', { name: 'Images', exact: true });
  await expect(panel).toContainText(
    /\d+ images look almost the same as another\. Each such group stays on one side/,
  );

  await unfold(page, 'Train');
  await page.getByRole('switch', { name: 'Notify me at the end' }).click();
  await expect(
    page.getByRole('status').filter({ hasText: 'does not let this page' }),
  ).toBeVisible();

  await prepareRun(page, { backbone: 'ResNet-10', method: 'SAN · Synapses & Neurons', epochs: 8 });
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  await expect(page).toHaveTitle(/^\d+ % · SAN Studio$/, { timeout: RUN_TIME });
  await unfold(page, 'Images');
  await page.getByRole('button', { name: 'Change checks' }).click();
  await page.getByRole('menuitem', { name: 'Delete with its images' }).click();
  await expect(panel).toContainText('It goes on with the labels it began with');

  await page.getByRole('button', { name: 'Gradient norm, step by step' }).click();
  await expect(
    page.getByRole('img', { name: /^Gradient norm over \d+ of \d+ steps/ }),
  ).toBeVisible();
  await expect(page.getByRole('button', { name: 'Train again' })).toBeVisible({
    timeout: RUN_TIME,
  });
});

test('one picture in every class is refused before the start', async ({ page, scratch }) => {
  await makeClassFolders(scratch('textures'), { imagesPerClass: 1, seed: 1 });
  const picture = await readFile(join(scratch('textures'), 'rings', 'rings-0.png'));
  const root = scratch('same');
  for (const name of classNames) {
    await mkdir(join(root, name), { recursive: true });
    for (const copy of [1, 2]) {
      // What stands behind the end of a PNG changes its bytes and nothing one sees.
      const file = Buffer.concat([picture, Buffer.from(`${name} ${copy}`)]);
      await writeFile(join(root, name, `${copy}.png`), file);
    }
  }
  await openStudio(page);
  await choose(page, 'Choose a folder', root);
  await expect(step(page, 'Images')).toContainText('6 images, 3 classes');
  const start = page.getByRole('button', { name: 'Train', exact: true });
  await expect(start).toBeDisabled();
  await expect(start).toHaveAccessibleDescription(
    'All 6 images show the same picture: nothing tells the classes apart.',
  );
});
