import { test as base, expect, type Download, type Locator, type Page } from '@playwright/test';
import axe, { type AxeResults } from 'axe-core';

interface Journey {
  /** Fails the journey where the page complains in its console. */
  readonly quiet: undefined;
  /** A path of the journey's own, gone before it starts anew. */
  readonly scratch: (name: string) => string;
}

export const test = base.extend<Journey>({
  scratch: ({ browserName: _ }, use, journey) => use((name) => journey.outputPath(name)),
  quiet: [
    async ({ page }, use) => {
      const complaints: string[] = [];
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(message.text());
      });
      await use(undefined);
      expect(complaints).toEqual([]);
    },
    { auto: true },
  ],
});

/** Long enough for a run of a few images where two slow cores do everything. */
export const RUN_TIME = 120_000;

/** Opens the page and waits for its device and its backbone. */
export async function openStudio(page: Page, query = ''): Promise<void> {
  await page.goto(`/${query}`);
  await expect(step(page, 'Backbone')).toContainText('px');
}

/** A step's heading, which folds it and shows its answer. */
export function step(page: Page, name: string): Locator {
  const card = page.getByRole('region', { name, exact: true });
  return card.getByRole('heading', { level: 2 }).getByRole('button');
}

export async function unfold(page: Page, name: string): Promise<void> {
  const heading = step(page, name);
  if ((await heading.getAttribute('aria-expanded')) === 'false') await heading.click();
}

export function tab(page: Page, name: string): Locator {
  return page.getByRole('tab', { name });
}

/** Presses what opens the file dialog and chooses files or, where that is asked for, a folder. */
export async function choose(
  page: Page,
  button: string | Locator,
  files: string | string[],
): Promise<void> {
  const opener = typeof button === 'string' ? page.getByRole('button', { name: button }) : button;
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), opener.click()]);
  await chooser.setFiles(files);
}

interface RunChoice {
  readonly method: string;
  readonly epochs: number;
  readonly backbone?: string;
}

/** Sets what a run is made of, as far as it differs from what the page suggests. */
export async function prepareRun(page: Page, choice: RunChoice): Promise<void> {
  if (choice.backbone !== undefined) {
    await unfold(page, 'Backbone');
    await page.getByRole('radio', { name: choice.backbone }).click();
    await expect(step(page, 'Backbone')).toContainText(choice.backbone);
  }
  await unfold(page, 'Method');
  await page.getByRole('radio', { name: choice.method, exact: true }).click();
  await unfold(page, 'Train');
  await page.getByRole('textbox', { name: 'Epochs' }).fill(String(choice.epochs));
}

/** Trains to the end and opens the results. */
export async function train(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Train again' })).toBeVisible({
    timeout: RUN_TIME,
  });
  await tab(page, 'Results').click();
}

/** Presses what gives a file, and waits for it. */
export async function download(button: Locator): Promise<Download> {
  const [file] = await Promise.all([button.page().waitForEvent('download'), button.click()]);
  return file;
}

/** Lets files go over an element, as a person drags them from a folder. */
export async function drop(
  target: Locator,
  files: readonly { name: string; bytes: Buffer }[],
): Promise<void> {
  const encoded = files.map(({ name, bytes }) => ({ name, base64: bytes.toString('base64') }));
  const transfer = await target.page().evaluateHandle((list) => {
    const made = new DataTransfer();
    for (const { name, base64 } of list) {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      made.items.add(new File([bytes], name));
    }
    return made;
  }, encoded);
  await target.dispatchEvent('drop', { dataTransfer: transfer });
}

/** Nothing that is shown lacks a name, a role or contrast, as far as axe can tell. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await page.evaluate<AxeResults>(
    `${axe.source}; axe.run({ resultTypes: ['violations'] })`,
  );
  const problems = violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html }) => `${id}: ${help}: ${html}`),
  );
  expect(problems).toEqual([]);
}
