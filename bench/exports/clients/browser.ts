import { chromium, type Page } from 'playwright';
import { chromiumArguments, findChromium } from '../../../scripts/chromium.ts';

/** Milliseconds; two busy cores open a large model slowly. */
const LONGEST = 300_000;

/** A page of a Chromium without a network, closed when `use` is done. */
export async function withPage<T>(use: (page: Page) => Promise<T>): Promise<T> {
  const executablePath = findChromium() ?? undefined;
  const browser = await chromium.launch({
    executablePath,
    args: chromiumArguments({ software: true }),
  });
  try {
    const context = await browser.newContext({ offline: true });
    context.setDefaultTimeout(LONGEST);
    const page = await context.newPage();
    const failed = new Promise<never>((_, reject) => page.on('pageerror', reject));
    return await Promise.race([use(page), failed]);
  } finally {
    await browser.close();
  }
}
