import { writeFile } from 'node:fs/promises';
import { expect } from '@playwright/test';
import { choose, openStudio, step, test, unfold } from './studio.ts';

const folder = 'models/resnet10_128';

test('a weights file becomes the backbone, and a broken one leaves it', async ({
  page,
  scratch,
}) => {
  await openStudio(page);
  await unfold(page, 'Backbone');
  await page.getByRole('button', { name: 'Your own weights file' }).click();
  await choose(page, 'Choose a weights file', [
    `${folder}/model.safetensors`,
    `${folder}/config.json`,
  ]);
  const facts = page.getByLabel('The open backbone');
  await expect(facts).toContainText('model.safetensors');
  await expect(step(page, 'Backbone')).toContainText(/ResNet.* · 128 px/);
  const before = await facts.innerText();

  await writeFile(scratch('broken.safetensors'), 'not a header, not weights');
  await choose(page, 'Choose a weights file', scratch('broken.safetensors'));
  const alert = page.getByRole('alert').filter({ hasText: 'The backbone could not be opened' });
  await expect(alert).toContainText('broken.safetensors');
  expect(await facts.innerText()).toBe(before);
});
