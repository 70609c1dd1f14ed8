import { expect, type Browser, type Page } from '@playwright/test';
import { openStudio, RUN_TIME, tab, test } from './studio.ts';

/** Above this many milliseconds a task makes the page stutter. */
const LONGEST_TASK = 50;
const WATCHED = 6000;

/**
 * Wall time would measure how many cores are left beside the training; the processor time of a
 * task is the page's own doing, on any machine.
 */
test('the page stays smooth while it trains', async ({ page, browser }) => {
  await openStudio(page);
  await page.getByRole('button', { name: 'Try the demo' }).click();
  await expect(page.getByRole('img', { name: /^Loss over ([2-9]|\d\d) of/ })).toBeVisible({
    timeout: RUN_TIME,
  });
  for (const name of ['Live', 'Scales']) {
    await tab(page, name).click();
    await page.waitForTimeout(1000);
    const tasks = await mainThreadTasks(browser, page);
    expect(tasks.length).toBeGreaterThan(10);
    expect(Math.max(...tasks)).toBeLessThan(LONGEST_TASK);
  }
});

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds of processor time; only tasks have it. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** Milliseconds of processor time of every task that the page's own thread ran meanwhile. */
async function mainThreadTasks(browser: Browser, page: Page): Promise<number[]> {
  const categories = ['toplevel', 'disabled-by-default-devtools.timeline', '__metadata'];
  await browser.startTracing(page, { categories });
  await page.waitForTimeout(WATCHED);
  const trace = JSON.parse((await browser.stopTracing()).toString()) as {
    readonly traceEvents: readonly TraceEvent[];
  };
  const thread = ({ pid, tid }: TraceEvent) => `${pid}.${tid}`;
  const named = trace.traceEvents.filter(({ args }) => args?.name === 'CrRendererMain');
  const pages = new Set(named.map(thread));
  return trace.traceEvents
    .filter((event) => event.name === 'RunTask' && pages.has(thread(event)))
    .flatMap(({ tdur }) => (tdur === undefined ? [] : [tdur / 1000]));
}
