import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import { makeClassFolders } from './class-folders.ts';
import { choose, openStudio, prepareRun, step, tab, test, train, unfold } from './studio.ts';

const SAN = 'SAN · Synapses & Neurons';
const menu = (page: Page) => page.getByRole('button', { name: /^Project: / });

async function act(page: Page, name: string): Promise<void> {
  await menu(page).click();
  await page.getByRole('menuitem', { name }).click();
}

async function answerName(page: Page, name: string, button: string): Promise<void> {
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Name of the project' }).fill(name);
  await dialog.getByRole('button', { name: button, exact: true }).click();
}

/** The classes and probabilities shown for an image, in the order shown. */
async function prediction(page: Page, image: string): Promise<string[]> {
  await choose(page, 'Choose images', image);
  const lines = page
    .getByRole('list', { name: 'Images tried' })
    .getByRole('listitem')
    .getByRole('listitem');
  await expect(lines).toHaveCount(3);
  return lines.allInnerTexts();
}

test('a project comes back after a reload and a closed tab, with its runs; as a file, too', async ({
  page,
  context,
  scratch,
}) => {
  const root = scratch('textures');
  await makeClassFolders(root, { imagesPerClass: 8, seed: 11 });
  await makeClassFolders(scratch('unseen'), { imagesPerClass: 1, seed: 12 });
  const unseen = join(scratch('unseen'), 'rings', 'rings-0.png');
  await openStudio(page);
  await expect(menu(page)).toHaveText('My project');
  await choose(page, 'Choose a folder', root);
  await prepareRun(page, { backbone: 'ResNet-10', method: SAN, epochs: 2 });
  await train(page);
  const trained = await prediction(page, unseen);
  const judged = await page
    .getByRole('tabpanel')
    .getByText(/% recognised/)
    .innerText();

  const isBack = async (again: Page) => {
    await expect(step(again, 'Images')).toContainText('24 images, 3 classes');
    await expect(step(again, 'Backbone')).toContainText('ResNet-10');
    await expect(step(again, 'Method')).toContainText(SAN);
    await unfold(again, 'Train');
    await expect(again.getByRole('textbox', { name: 'Epochs' })).toHaveValue('2');
    await tab(again, 'Results').click();
    await expect(again.getByRole('tabpanel').getByText(/% recognised/)).toHaveText(judged);
    expect(await prediction(again, unseen)).toEqual(trained);
  };

  await page.reload();
  await isBack(page);
  await tab(page, 'Scales').click();
  await expect(page.getByRole('slider', { name: /^Scale map/ })).toBeVisible();

  await page.close();
  const later = await context.newPage();
  await openStudio(later);
  await isBack(later);

  const downloading = later.waitForEvent('download');
  await act(later, 'Save as a file');
  const download = await downloading;
  expect(download.suggestedFilename()).toBe('My project.san-project.zip');
  const file = scratch('saved.zip');
  await download.saveAs(file);
  expect((await readFile(file)).length).toBeGreaterThan(10_000);

  await act(later, 'Delete…');
  await later.getByRole('dialog').getByRole('button', { name: 'Delete it' }).click();
  await expect(step(later, 'Images')).toContainText('What it should learn');

  await menu(later).click();
  await choose(later, later.getByRole('menuitem', { name: 'Open from a file…' }), file);
  await expect(step(later, 'Images')).toContainText('24 images, 3 classes');
  await isBack(later);
});

test('projects are made, renamed, duplicated and deleted, each with its own images', async ({
  page,
  scratch,
}) => {
  await makeClassFolders(scratch('textures'), { imagesPerClass: 3, seed: 13 });
  await openStudio(page);
  await choose(page, 'Choose a folder', scratch('textures'));
  await act(page, 'Rename…');
  await answerName(page, 'Textures', 'Rename');
  await expect(menu(page)).toHaveText('Textures');

  await act(page, 'Duplicate…');
  await answerName(page, 'Fewer textures', 'Duplicate');
  await expect(menu(page)).toHaveText('Fewer textures');
  await expect(step(page, 'Images')).toContainText('9 images, 3 classes');
  await page.getByRole('button', { name: 'Change rings' }).click();
  await page.getByRole('menuitem', { name: 'Delete with its images' }).click();
  await expect(step(page, 'Images')).toContainText('6 images, 2 classes');

  await menu(page).click();
  await page.getByRole('menuitemcheckbox', { name: 'Textures', exact: true }).click();
  await expect(menu(page)).toHaveText('Textures');
  await expect(step(page, 'Images')).toContainText('9 images, 3 classes');

  await act(page, 'New project…');
  await answerName(page, 'Leaves', 'Create');
  await expect(menu(page)).toHaveText('Leaves');
  await expect(step(page, 'Images')).toContainText('What it should learn');

  await act(page, 'Delete…');
  await page.getByRole('dialog').getByRole('button', { name: 'Delete it' }).click();
  await expect(menu(page)).not.toHaveText('Leaves');
  await menu(page).click();
  const listed = page.getByRole('menuitemcheckbox');
  await expect(listed).toHaveCount(2);
});

test('a second tab is told, opens another project, or takes this one over', async ({
  page,
  context,
}) => {
  await openStudio(page);
  const second = await context.newPage();
  await second.goto('/');
  const told = second.getByRole('dialog', { name: '“My project” is open in another tab' });
  await expect(told).toBeVisible();
  await told.getByRole('button', { name: 'New project' }).click();
  await expect(menu(second)).toHaveText('Project 2');
  await expect(menu(page)).toHaveText('My project');

  const third = await context.newPage();
  await third.goto('/');
  await expect(third.getByRole('dialog', { name: /is open in another tab$/ })).toBeVisible();
  await third.getByRole('dialog').getByRole('button', { name: 'Open it here' }).click();
  await expect(menu(third)).toHaveText('Project 2');
  await expect(second.getByRole('dialog', { name: /is open in another tab$/ })).toBeVisible();
  await second.getByRole('dialog').getByRole('button', { name: 'New project' }).click();
  await expect(menu(second)).toHaveText('Project 3');
});

test('a file that is no project is refused in a sentence, and nothing changes', async ({
  page,
  scratch,
}) => {
  await makeClassFolders(scratch('textures'), { imagesPerClass: 2, seed: 14 });
  await openStudio(page);
  await menu(page).click();
  const image = join(scratch('textures'), 'rings', 'rings-0.png');
  await choose(page, page.getByRole('menuitem', { name: 'Open from a file…' }), image);
  await expect(page.getByRole('alert')).toContainText('A project file is a zip');
  await menu(page).click();
  await expect(page.getByRole('menuitemcheckbox')).toHaveCount(1);
});

test('a full disk is told in a sentence, loses nothing, and is got over', async ({
  page,
  scratch,
}) => {
  await makeClassFolders(scratch('first'), { imagesPerClass: 3, seed: 15 });
  await makeClassFolders(scratch('second'), { imagesPerClass: 40, seed: 16 });
  await openStudio(page);
  await choose(page, 'Choose a folder', scratch('first'));
  await expect(step(page, 'Images')).toContainText('9 images, 3 classes');
  const session = await page.context().newCDPSession(page);
  const { origin } = new URL(page.url());
  const limit = (quotaSize?: number) =>
    session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize });
  await limit(1);
  await choose(page, 'Choose a folder', scratch('second'));
  await expect(page.getByRole('alert').first()).toContainText(/storage is full/);

  await page.reload();
  await expect(step(page, 'Images')).toContainText('9 images, 3 classes');
  await limit();
  await choose(page, 'Choose a folder', scratch('second'));
  await expect(step(page, 'Images')).toContainText('129 images, 3 classes');
  await page.reload();
  await expect(step(page, 'Images')).toContainText('129 images, 3 classes');
});
