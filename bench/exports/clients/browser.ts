import { chromium, type Page } from 'playwright';
import { chromiumArguments, findChromium } from '../../../scripts/chromium.ts';

/** A page of a Chromium without a network, closed when `use` is done. */
export async function withPage<T>(use: (page: Page) => Promise<T>): Promise<T> {
  const executablePath = findChromium() ?? undefined;
  const browser = await chromium.launch({
    executablePath,
    args: chromiumArguments({ software: true }),
  });
  try {
    const context = await browser.newContext({ offline: true });
    return await use(await context.newPage());
  } finally {
    await browser.close();
  }
}
