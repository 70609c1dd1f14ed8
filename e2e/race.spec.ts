import { expect } from '@playwright/test';
import { makeClassFolders } from './class-folders.ts';
import { choose, openStudio, prepareRun, RUN_TIME, tab, test } from './studio.ts';

test('two methods race on own images; the first run is opened again and compared', async ({
  page,
  scratch,
}) => {
  await makeClassFolders(scratch('textures'), { imagesPerClass: 8, seed: 6 });
  await openStudio(page);
  await choose(page, 'Choose a folder', scratch('textures'));
  const san = 'SAN · Synapses & Neurons';
  await prepareRun(page, { backbone: 'ResNet-10', method: san, epochs: 2 });
  await tab(page, 'Runs').click();
  await page.getByRole('checkbox', { name: san }).check();
  await page.getByRole('checkbox', { name: 'Linear probe' }).check();
  await page.getByRole('radio', { name: '1', exact: true }).check({ force: true });
  await page.getByRole('button', { name: 'Race', exact: true }).click();

  const card = page.getByRole('region', { name: 'Which method is best?' });
  await expect(card).toBeVisible({ timeout: RUN_TIME });
  const table = card.getByRole('table', { name: 'Methods of the race' });
  for (const method of [san, 'Linear probe']) {
    await expect(table.getByRole('row', { name: method })).toContainText(
      /\d+\.\d % \(\d+ to \d+ %\)/,
    );
  }
  await expect(card).toContainText(/is better than every other|leads, but|cannot be told apart/);

  const runs = page.getByRole('table', { name: 'Your runs' });
  await expect(runs.getByRole('row')).toHaveCount(3);
  await expect(page.getByRole('region', { name: 'Compare two runs' })).toContainText(
    'Both were judged by the same 6 images',
  );
  await tab(page, 'Scales').click();
  const stage = page.getByRole('tabpanel');
  await expect(stage).toContainText('This run has no scales');

  await tab(page, 'Runs').click();
  await runs.getByRole('row', { name: san }).getByRole('button', { name: /^Open/ }).click();
  await tab(page, 'Scales').click();
  await expect(stage.getByRole('slider', { name: /^Scale map/ })).toBeVisible();
});
