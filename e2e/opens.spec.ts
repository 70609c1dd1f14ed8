import { expect } from '@playwright/test';
import { openStudio, test } from './studio.ts';

test('the page opens, isolated, and says which device it will use', async ({ page }) => {
  await openStudio(page);
  await expect(page.getByRole('button', { name: 'Try the demo' })).toBeEnabled();
  await page.getByRole('button', { name: 'no GPU in use' }).click();
  const device = page.getByRole('dialog', { name: 'Your device' });
  await expect(device).toContainText('emulated on the processor');
  await expect(device).toContainText('hardware acceleration');
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
});
