import { expect } from '@playwright/test';
import { makeClassFolders } from './class-folders.ts';
import { choose, openStudio, prepareRun, RUN_TIME, test } from './studio.ts';

test('a run waits while it is paused, goes on, and stops with results', async ({
  page,
  scratch,
}) => {
  await makeClassFolders(scratch('textures'), { imagesPerClass: 20, seed: 3 });
  await openStudio(page);
  await choose(page, 'Choose a folder', scratch('textures'));
  await prepareRun(page, { backbone: 'ResNet-10', method: 'SAN · Synapses & Neurons', epochs: 40 });
  await page.getByRole('button', { name: 'Train', exact: true }).click();

  const stage = page.getByRole('tabpanel');
  const stepsDone = async () => {
    const text = await stage.getByText(/^step \d+ of/).innerText();
    return Number(/step ([\d,]+)/.exec(text)?.[1]);
  };
  await expect.poll(stepsDone, { timeout: RUN_TIME }).toBeGreaterThan(1);
  await page.getByRole('button', { name: 'Pause' }).click();
  const resume = page.getByRole('button', { name: 'Resume' });
  await expect(resume).toBeVisible();
  await expect(stage.getByText('Paused')).toBeVisible();
  const pausedAt = await stepsDone();
  await page.waitForTimeout(2000);
  expect(await stepsDone()).toBe(pausedAt);

  await resume.click();
  await expect.poll(stepsDone, { timeout: RUN_TIME }).toBeGreaterThan(pausedAt);
  await page.getByRole('button', { name: 'Stop' }).click();
  await expect(stage).toContainText('Stopped; the best weights were restored', {
    timeout: RUN_TIME,
  });
  await page.getByRole('tab', { name: 'Results' }).click();
  await expect(stage).toContainText('of 12 validation images');
});
