import { expect, type Locator, type Page } from '@playwright/test';
import { openStudio, RUN_TIME, tab, test } from './studio.ts';

test('the way from the demo to its results needs no mouse', async ({ page }) => {
  await openStudio(page);
  await tabTo(page, page.getByRole('button', { name: 'Try the demo' }));
  await page.keyboard.press('Enter');
  const stage = page.getByRole('tabpanel');
  await expect(stage.getByRole('img', { name: /^Loss over \d+ of/ })).toBeVisible({
    timeout: RUN_TIME,
  });

  await tabTo(page, page.getByRole('button', { name: 'Stop' }));
  await page.keyboard.press('Enter');
  const again = page.getByRole('button', { name: 'Train again' });
  await expect(again).toBeVisible({ timeout: RUN_TIME });

  await tabTo(page, tab(page, 'Live'));
  for (const name of ['Scales', 'Results', 'Runs', 'Export']) {
    await page.keyboard.press('ArrowRight');
    await expect(tab(page, name)).toBeFocused();
    await expect(tab(page, name)).toHaveAttribute('aria-selected', 'true');
  }
  await tabTo(page, stage.getByRole('button', { name: 'Download' }));
  const downloading = page.waitForEvent('download');
  await page.keyboard.press('Enter');
  await downloading;

  await tabTo(page, again);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Stop' })).toBeVisible();
});

/** Presses Tab until the element has the focus; everything that does must show it. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let press = 0; press < 60; press += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
    expect(await showsFocus(page)).toBe(true);
  }
  await expect(target).toBeFocused();
}

/** On the element itself or on the box around it. */
function showsFocus(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const focused = document.activeElement;
    if (!focused || focused === document.body) return true;
    const boxes = [focused, focused.parentElement ?? focused];
    return boxes.some((box) => getComputedStyle(box).outlineStyle !== 'none');
  });
}
