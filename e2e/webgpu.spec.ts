import { expect } from '@playwright/test';
import { makeClassFolders } from './class-folders.ts';
import { choose, openStudio, prepareRun, RUN_TIME, tab, test } from './studio.ts';

test('a run on WebGPU, asked for in the address, goes on by itself when its device is lost', async ({
  page,
  scratch,
}) => {
  await makeClassFolders(scratch('textures'), { imagesPerClass: 4, seed: 6 });
  await openStudio(page, '?backend=webgpu&chaos=1');
  await expect(page.getByRole('button', { name: 'WebGPU' })).toBeVisible();
  await choose(page, 'Choose a folder', scratch('textures'));
  await prepareRun(page, { backbone: 'ResNet-10', method: 'Linear probe', epochs: 5 });
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  const stage = page.getByRole('tabpanel');
  await expect(stage.getByText(/^step [1-9] of 5/)).toBeVisible({ timeout: RUN_TIME });
  await page.getByRole('button', { name: 'Lose the device' }).click();
  const told = page.getByText(/graphics device was lost.*The run goes on from step \d/);
  await expect(told).toBeVisible({ timeout: RUN_TIME });
  const ended = page.getByRole('button', { name: 'Train again' });
  await expect(ended).toBeVisible({ timeout: RUN_TIME });
  await tab(page, 'Runs').click();
  await expect(stage.getByRole('cell', { name: /^5 of 5/ })).toHaveCount(1);
  await tab(page, 'Results').click();
  await expect(stage).toContainText('of 3 validation images');
});
