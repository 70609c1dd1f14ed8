import { expect } from '@playwright/test';
import { makeClassFolders } from './class-folders.ts';
import { choose, openStudio, prepareRun, RUN_TIME, tab, test } from './studio.ts';

const LINEAR = 'Linear probe';

test('a run whose graphics device is lost goes on by itself on another', async ({
  page,
  scratch,
}) => {
  await makeClassFolders(scratch('textures'), { imagesPerClass: 8, seed: 21 });
  await openStudio(page, '?backend=webgpu&chaos=1');
  await choose(page, 'Choose a folder', scratch('textures'));
  await prepareRun(page, { backbone: 'ResNet-10', method: LINEAR, epochs: 60 });
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  const stage = page.getByRole('tabpanel');
  await expect(stage.getByText(/^step [1-9]\d* of 120/)).toBeVisible({ timeout: RUN_TIME });
  await page.getByRole('button', { name: 'Lose the device' }).click();
  await expect(
    page.getByText(/graphics device was lost.*The run goes on from step \d+/),
  ).toBeVisible({
    timeout: RUN_TIME,
  });
  await expect(page.getByRole('button', { name: 'Train again' })).toBeVisible({
    timeout: RUN_TIME,
  });
  await tab(page, 'Runs').click();
  await expect(stage.getByRole('cell', { name: /^60 of 60/ })).toHaveCount(1);
  await tab(page, 'Results').click();
  await expect(stage).toContainText('of 6 validation images');
});

test('a batch that is no number ends the run in a sentence, and it can go on from before', async ({
  page,
  scratch,
}) => {
  await makeClassFolders(scratch('textures'), { imagesPerClass: 8, seed: 22 });
  await openStudio(page, '?backend=wasm&chaos=1');
  await expect(page.getByRole('button', { name: 'Lose the device' })).toBeDisabled();
  await choose(page, 'Choose a folder', scratch('textures'));
  await prepareRun(page, { backbone: 'ResNet-10', method: LINEAR, epochs: 300 });
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  const stage = page.getByRole('tabpanel');
  await expect(stage.getByText(/^step [1-9]\d* of 600/)).toBeVisible({ timeout: RUN_TIME });
  await page.getByRole('button', { name: 'Poison a batch with NaN' }).click();
  await expect(stage.getByRole('alert')).toContainText('The loss must stay a finite number');
  await page.getByRole('button', { name: 'Resume' }).click();
  await expect(page.getByRole('button', { name: 'Train again' })).toBeVisible({
    timeout: RUN_TIME,
  });
});

test('an interrupted run can be given up, and is not asked about again', async ({
  page,
  scratch,
}) => {
  await makeClassFolders(scratch('textures'), { imagesPerClass: 8, seed: 23 });
  await openStudio(page, '?backend=wasm');
  await choose(page, 'Choose a folder', scratch('textures'));
  await prepareRun(page, { backbone: 'ResNet-10', method: LINEAR, epochs: 900 });
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  await expect(page.getByRole('tabpanel').getByText(/^step [1-9]\d* of/)).toBeVisible({
    timeout: RUN_TIME,
  });
  await page.reload();
  const told = page.getByRole('status').filter({ hasText: 'A run was interrupted' });
  await expect(told).toContainText(/in epoch \d+ of 900, after step \d+/);
  await told.getByRole('button', { name: 'Discard' }).click();
  await expect(told).toBeHidden();
  await page.reload();
  await expect(page.getByRole('button', { name: 'Train', exact: true })).toBeEnabled();
  await expect(told).toBeHidden();
});
