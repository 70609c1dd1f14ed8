import { expect, type Page } from '@playwright/test';
import { makeClassFolders } from './class-folders.ts';
import { choose, openStudio, prepareRun, RUN_TIME, step, test } from './studio.ts';

/** What the browser would show and hold, written down; a page under test is never really hidden. */
interface Outside {
  readonly notifications: string[];
  readonly locks: Set<object>;
  /** As in another tab's shadow: nothing is painted any more. */
  hide(): void;
  show(): void;
}

declare global {
  interface Window {
    outside: Outside;
  }
}

function watchOutside(): void {
  let hidden = false;
  const turn = (now: boolean) => {
    hidden = now;
    // What a browser does by itself: a hidden page holds no lock.
    if (hidden) window.outside.locks.clear();
    document.dispatchEvent(new Event('visibilitychange'));
  };
  window.outside = {
    notifications: [],
    locks: new Set(),
    hide: () => turn(true),
    show: () => turn(false),
  };
  Object.defineProperties(document, {
    hidden: { get: () => hidden },
    visibilityState: { get: () => (hidden ? 'hidden' : 'visible') },
  });
  const paint = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (callback) => (hidden ? 0 : paint(callback));
  const notification = Object.assign(
    function (_title: string, { body }: { body: string }) {
      window.outside.notifications.push(body);
    },
    {
      permission: 'default',
      requestPermission: () => {
        notification.permission = 'granted';
        return Promise.resolve('granted');
      },
    },
  );
  Object.defineProperty(window, 'Notification', { value: notification });
  const request = () => {
    if (hidden) return Promise.reject(new DOMException('hidden', 'NotAllowedError'));
    const lock = {
      release: () => {
        window.outside.locks.delete(lock);
        return Promise.resolve();
      },
    };
    window.outside.locks.add(lock);
    return Promise.resolve(lock);
  };
  Object.defineProperty(navigator, 'wakeLock', { value: { request } });
}

const locks = (page: Page) => page.evaluate(() => window.outside.locks.size);

test('training goes on in a hidden tab, its title says how far, and a notification how it ended', async ({
  page,
  scratch,
}) => {
  await page.addInitScript(watchOutside);
  await makeClassFolders(scratch('textures'), { imagesPerClass: 8, seed: 1 });
  await openStudio(page);
  await expect(page).toHaveTitle('SAN Studio');
  await choose(page, 'Choose a folder', scratch('textures'));
  await expect(step(page, 'Images')).toContainText('24 images');
  await prepareRun(page, { backbone: 'ResNet-10', method: 'SAN · Synapses & Neurons', epochs: 6 });
  const wish = page.getByRole('switch', { name: 'Notify me at the end' });
  await wish.click();
  await expect(wish).toBeChecked();
  expect(await locks(page)).toBe(0);

  await page.getByRole('button', { name: 'Train', exact: true }).click();
  await expect(page).toHaveTitle(/^\d+ % · SAN Studio$/, { timeout: RUN_TIME });
  expect(await locks(page)).toBe(1);
  await page.evaluate(() => window.outside.hide());
  await page.evaluate(() => window.outside.show());
  await expect.poll(() => locks(page)).toBe(1);

  await page.evaluate(() => window.outside.hide());
  await expect(page).toHaveTitle('Done · SAN Studio', { timeout: RUN_TIME });
  expect(await page.evaluate(() => window.outside.notifications)).toEqual([
    expect.stringMatching(/^The run has ended\. Best epoch \d: validation accuracy \d+ %\.$/),
  ]);
  await page.evaluate(() => window.outside.show());
  expect(await locks(page)).toBe(0);
});
