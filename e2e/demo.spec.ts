import { readFile } from 'node:fs/promises';
import { expect } from '@playwright/test';
import { imageSize } from 'image-size';
import { download, expectAccessible, openStudio, RUN_TIME, tab, test, unfold } from './studio.ts';

test('the demo fills the page with life at one press, and stopped early keeps its best', async ({
  page,
}) => {
  await openStudio(page);
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Try the demo' }).click();
  const stage = page.getByRole('tabpanel');

  await expect(stage.getByRole('img', { name: /^Loss over \d+ of 150 steps/ })).toBeVisible({
    timeout: RUN_TIME,
  });
  await expect(stage.getByRole('progressbar')).toBeVisible();
  await expect(stage).toContainText(/epoch 1 of 10 · .* left/);
  await expect(stage).toContainText(/\d+ images\/s/);
  await expect(stage.getByRole('heading', { name: /^Scales, step \d+$/ })).toBeVisible();

  await tab(page, 'Scales').click();
  const map = stage.getByRole('slider', { name: /^Scale map/ });
  await map.focus();
  await expect(map).toHaveAttribute('aria-valuetext', /^Patch embedding, channel 1 of 192, scale/);

  await tab(page, 'Live').click();
  await expect(stage.getByRole('img', { name: /Validation: .* after epoch 1/ }).last()).toBeVisible(
    {
      timeout: RUN_TIME,
    },
  );
  await page.getByRole('button', { name: 'Stop' }).click();
  await expect(stage).toContainText('Stopped; the best weights were restored', {
    timeout: RUN_TIME,
  });

  const svg = stage.getByRole('img', { name: /^Loss over/ }).locator('svg.recharts-surface');
  const png = await download(
    stage.getByRole('button', { name: 'Download the chart “Loss” as PNG' }),
  );
  const seen = await svg.boundingBox();
  expect(imageSize(await readFile(await png.path()))).toMatchObject({
    type: 'png',
    width: Math.ceil(2 * (seen?.width ?? 0)),
  });
  const csv = await download(
    stage.getByRole('button', { name: 'Download the values of “Loss” as CSV' }),
  );
  expect(await readFile(await csv.path(), 'utf8')).toMatch(/^step,/);

  await tab(page, 'Scales').click();
  for (const mode of ['Both', 'Neuron only', 'Synapse only', 'Head only']) {
    await expect(stage.getByRole('row', { name: new RegExp(`^${mode} .*\\d %`) })).toBeVisible();
  }
  await tab(page, 'Results').click();
  await expect(stage).toContainText(/\d+ % recognised \(between \d+ and \d+ %\)/);
  await expect(stage).toContainText(/\d+ of 75 validation images/);

  await unfold(page, 'Train');
  await page.getByRole('button', { name: /^Advanced settings/ }).click();
  await expect(page.getByRole('textbox', { name: 'Validation share' })).toHaveValue('0.25');

  for (const step of ['Images', 'Backbone', 'Method']) await unfold(page, step);
  await page.emulateMedia({ colorScheme: 'dark' });
  for (const name of ['Live', 'Scales', 'Results', 'Runs', 'Export']) {
    await tab(page, name).click();
    await expectAccessible(page);
  }
});
