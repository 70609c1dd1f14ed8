import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { makeClassFolders } from './class-folders.ts';
import { choose, openStudio, step, test } from './studio.ts';

test('files that are no images are listed with the reason, and the rest stays', async ({
  page,
  scratch,
}) => {
  const root = scratch('mixed');
  await makeClassFolders(root, { imagesPerClass: 2, seed: 2 });
  const whole = await readFile(join(root, 'rings', 'rings-0.png'));
  await writeFile(join(root, 'rings', 'notes.jpg'), 'Not a photograph at all.');
  await writeFile(join(root, 'rings', 'empty.png'), '');
  await writeFile(join(root, 'rings', 'torn.png'), whole.subarray(0, whole.length / 2));

  await openStudio(page);
  await choose(page, 'Choose a folder', root);
  await expect(step(page, 'Images')).toContainText('6 images, 3 classes');
  await page.getByRole('button', { name: 'Show why' }).click();
  const list = page.getByRole('dialog', { name: 'Files that could not be read' });
  await expect(list.getByRole('listitem')).toHaveCount(3);
  const reasons = {
    'notes.jpg': 'not a picture',
    'empty.png': '0 bytes',
    'torn.png': 'damaged or cut off',
  };
  for (const [name, reason] of Object.entries(reasons)) {
    await expect(list.getByRole('listitem').filter({ hasText: name })).toContainText(reason);
  }
  await page.keyboard.press('Escape');

  const start = page.getByRole('button', { name: 'Train', exact: true });
  await expect(start).toBeEnabled();
  await makeClassFolders(scratch('others'), { imagesPerClass: 1, seed: 3 });
  await mkdir(scratch('single/dots'), { recursive: true });
  await copyFile(scratch('others/rings/rings-0.png'), scratch('single/dots/dot.png'));
  await choose(page, 'Choose a folder', scratch('single'));
  await expect(step(page, 'Images')).toContainText('7 images, 4 classes');
  await expect(start).toBeDisabled();
  await expect(start).toHaveAccessibleDescription(
    '“dots” has one image: every class needs at least two.',
  );
});
