/** The exported page, opened from its folder in a Chromium without a network. */
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Locator } from 'playwright';
import { softmax } from '../../../src/lib/softmax.ts';
import { largestAt, type ExportRow } from '../compare.ts';
import type { ExportedModel } from '../exported.ts';
import { withPage } from './browser.ts';

/** Half precision moves a share by less than a point; the page shows tenths. */
const ALLOWED_POINTS = 1;

export function demoPage(model: ExportedModel): Promise<readonly ExportRow[]> {
  return withPage(async (page) => {
    await page.goto(pathToFileURL(resolve(join(model.folder, 'demo', 'index.html'))).href);
    const ready = page.getByRole('status').filter({ hasText: 'Ready' });
    await ready.waitFor();
    const paths = model.photographs.map(({ path }) => path);
    await page.getByLabel('Choose images').setInputFiles(paths);
    const tried = page.getByRole('list', { name: 'Images tried' });
    await tried
      .locator('ol')
      .nth(paths.length - 1)
      .waitFor();
    const differences: number[] = [];
    let sameClass = 0;
    for (const { path, logits } of model.photographs) {
      const shown = await sharesOf(tried.locator('> li', { hasText: basename(path) }));
      const expected = softmax(Float32Array.from(logits));
      const classes = model.classes.map((name, i) => [name, 100 * (expected[i] ?? 0)] as const);
      for (const [name, share] of classes) {
        const found = shown.get(name);
        if (found !== undefined) differences.push(Math.abs(found - share));
      }
      const [first] = shown.keys();
      if (first === model.classes[largestAt(logits)]) sameClass++;
    }
    return [
      {
        model: model.name,
        format: 'demo',
        client: 'the page, opened from its folder in Chromium',
        measure: 'points',
        largest: Math.max(...differences),
        sameClass,
        asked: paths.length,
        allowed: ALLOWED_POINTS,
      },
    ];
  });
}

/** Class → its share in percent, the most likely first. */
async function sharesOf(row: Locator): Promise<Map<string, number>> {
  const lines = row.locator('ol > li');
  const names = await lines.locator('.name').allInnerTexts();
  const shares = await lines.locator('.share').allInnerTexts();
  return new Map(names.map((name, i) => [name, Number.parseFloat(shares[i] ?? '')]));
}
