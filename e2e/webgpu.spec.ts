import { expect } from '@playwright/test';
import { makeClassFolders } from './class-folders.ts';
import { choose, openStudio, prepareRun, test, train } from './studio.ts';

test('a run on WebGPU, asked for in the address', async ({ page, scratch }) => {
  await makeClassFolders(scratch('textures'), { imagesPerClass: 4, seed: 6 });
  await openStudio(page, '?backend=webgpu');
  await expect(page.getByRole('button', { name: 'WebGPU' })).toBeVisible();
  await choose(page, 'Choose a folder', scratch('textures'));
  await prepareRun(page, { backbone: 'ResNet-10', method: 'Linear probe', epochs: 1 });
  await train(page);
  await expect(page.getByRole('tabpanel')).toContainText('of 3 validation images');
});
