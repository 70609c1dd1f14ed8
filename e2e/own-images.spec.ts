import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import { makeClassFolders } from './class-folders.ts';
import { choose, openStudio, prepareRun, step, tab, test, train } from './studio.ts';

const images = (page: Page) => page.getByRole('region', { name: 'Images', exact: true });
const strip = (page: Page, name: string) =>
  images(page).getByRole('button', { name: new RegExp(`^Open ${name}: `) });

test.beforeEach(async ({ page, scratch }) => {
  await makeClassFolders(scratch('textures'), { imagesPerClass: 8, seed: 1 });
  await openStudio(page);
  await choose(page, 'Choose a folder', scratch('textures'));
  await expect(step(page, 'Images')).toContainText('24 images, 3 classes');
});

test('a folder of class folders is sorted, changed, and every change taken back', async ({
  page,
}) => {
  const undo = page.getByRole('button', { name: 'Undo' });
  const change = async (name: string, action: string | RegExp) => {
    await page.getByRole('button', { name: `Change ${name}` }).click();
    await page.getByRole('menuitem', { name: action }).click();
  };
  const thumbnails = strip(page, 'rings').locator('img');
  await expect(thumbnails).toHaveCount(5);
  await expect(thumbnails.first()).toHaveJSProperty('naturalWidth', 64);

  await change('rings', 'Rename');
  await page.getByRole('textbox', { name: 'New name of rings' }).fill('circles');
  await page.getByRole('button', { name: 'Rename' }).click();
  await expect(strip(page, 'circles')).toHaveAccessibleName('Open circles: 8 images, +3 not shown');

  await change('circles', /^Merge into/);
  await page.getByRole('dialog').getByRole('combobox', { name: 'Into' }).click();
  await page.getByRole('option', { name: 'stripes' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Merge' }).click();
  await expect(strip(page, 'stripes')).toHaveAccessibleName(
    'Open stripes: 16 images, +11 not shown',
  );
  await undo.click();
  await expect(step(page, 'Images')).toContainText('24 images, 3 classes');

  await change('checks', 'Delete with its images');
  await expect(step(page, 'Images')).toContainText('16 images, 2 classes');
  await undo.click();
  await expect(strip(page, 'checks')).toHaveAccessibleName('Open checks: 8 images, +3 not shown');

  await strip(page, 'checks').click();
  const gallery = page.getByRole('dialog', { name: /^checks/ });
  await gallery.getByRole('option', { name: /checks-0\.png$/ }).click();
  await gallery.getByRole('option', { name: /checks-2\.png$/ }).click({ modifiers: ['Shift'] });
  await gallery.getByRole('combobox', { name: 'Move the selected images to' }).click();
  await page.getByRole('option', { name: 'circles' }).click();
  await expect(gallery).toHaveAccessibleName('checks · 5 images');
  await gallery.getByRole('option', { name: /checks-3\.png$/ }).click();
  await gallery.getByRole('button', { name: 'Remove' }).click();
  await expect(gallery).toHaveAccessibleName('checks · 4 images');
  await page.keyboard.press('Escape');
  await undo.click();
  await expect(strip(page, 'checks')).toHaveAccessibleName('Open checks: 5 images');
  await expect(strip(page, 'circles')).toHaveAccessibleName(
    'Open circles: 11 images, +6 not shown',
  );
});

test('own images train a linear probe whose mistakes can be looked at', async ({
  page,
  scratch,
}) => {
  await prepareRun(page, { backbone: 'ResNet-10', method: 'Linear probe', epochs: 2 });
  await train(page);
  const stage = page.getByRole('tabpanel');
  await expect(stage).toContainText(/\d+ % recognised \(between \d+ and \d+ %\)/);
  await expect(stage).toContainText('of 6 validation images');

  const cell = stage.getByRole('button', { name: /^\d images? of “/ }).first();
  const words = (await cell.getAttribute('aria-label')) ?? '';
  await cell.click();
  const opened = page.getByRole('dialog');
  await expect(opened.getByRole('listitem')).toHaveCount(Number.parseInt(words, 10));
  await opened
    .getByRole('button', { name: /^The model says/ })
    .first()
    .click();
  await expect(page.getByRole('dialog').last().getByRole('img')).toHaveAttribute('src', /^blob:/);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');

  for (const name of ['checks', 'rings', 'stripes']) {
    const row = stage.getByRole('row', { name: new RegExp(`^${name} 2 `) });
    await expect(row).toBeVisible();
  }
  const gallery = stage.getByRole('list', { name: 'Validation images' });
  const judged = await gallery
    .getByRole('button')
    .evaluateAll((tiles) => tiles.map((tile) => / is \S+$/.test(tile.textContent)));
  expect(judged).toEqual(judged.toSorted((a, b) => Number(b) - Number(a)));
  expect(judged).toHaveLength(6);

  await choose(page, 'Choose images', join(scratch('textures'), 'rings', 'rings-0.png'));
  const tried = stage.getByRole('list', { name: 'Images tried' });
  await expect(tried).toContainText(/rings-0\.png.*\d+\.\d %/);

  await page.getByRole('button', { name: 'Use the camera' }).click();
  const camera = stage.getByRole('group', { name: 'What the camera sees' });
  await expect(camera.getByRole('listitem')).toHaveCount(3);
  await page.getByRole('button', { name: 'Stop the camera' }).click();
  await expect(camera).toHaveCount(0);

  await tab(page, 'Scales').click();
  await expect(stage).toContainText('This run has no scales');
});
