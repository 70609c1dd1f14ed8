import { expect, test as base, type Page } from '@playwright/test';
import { makeClassFolders } from './class-folders.ts';
import { choose, openStudio, prepareRun, test, train, unfold } from './studio.ts';

test.use({ serviceWorkers: 'allow' });
base.use({ serviceWorkers: 'allow' });

const figure = (page: Page) => page.getByRole('button', { name: /^Sent elsewhere/ });

test('after the first visit the page opens, isolated, and trains without a connection', async ({
  page,
  context,
  scratch,
}) => {
  await makeClassFolders(scratch('textures'), { imagesPerClass: 8, seed: 7 });
  await openStudio(page);
  await expect(figure(page)).toHaveText('Sent elsewhere: 0 B');
  await context.setOffline(true);
  await page.close();

  const later = await context.newPage();
  await openStudio(later, '?backend=wasm');
  expect(await later.evaluate(() => crossOriginIsolated)).toBe(true);
  await choose(later, 'Choose a folder', scratch('textures'));
  await prepareRun(later, { backbone: 'ResNet-10', method: 'Linear probe', epochs: 1 });
  await train(later);
});

// The browser complains of the answer, as it should.
base('what goes to the Hub is counted, on the first visit too', async ({ page, context }) => {
  await context.route(/huggingface\.co/, (route) =>
    route.fulfill({ status: 404, headers: { 'Access-Control-Allow-Origin': '*' } }),
  );
  await openStudio(page);
  await expect(figure(page)).toHaveText('Sent elsewhere: 0 B');
  await unfold(page, 'Backbone');
  await page.getByRole('button', { name: 'From the Hugging Face Hub' }).click();
  await page.getByRole('textbox', { name: 'Repository' }).fill('timm/nothing-there');
  await page.keyboard.press('Enter');
  await expect(page.getByText(/has no public model/)).toBeVisible();
  await expect(figure(page)).toHaveText(/Sent elsewhere: [1-9]\d* B/);
  await figure(page).click();
  const explained = page.getByRole('dialog', { name: 'What leaves this computer' });
  await expect(explained).toContainText(/huggingface\.co\s*\d+ B in 1 request/);
});
