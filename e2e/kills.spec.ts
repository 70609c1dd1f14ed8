import { readFile } from 'node:fs/promises';
import { expect, type Page } from '@playwright/test';
import { unzipSync } from 'fflate';
import { createRng } from '../src/lib/rng.ts';
import { parseSafetensors } from '../src/lib/safetensors.ts';
import { download, openStudio, RUN_TIME, step, tab, test, unfold } from './studio.ts';

/** How often the run is killed; `KILLS=50` takes its time. */
const KILLS = Number(process.env['KILLS'] ?? 2);
const SEED = Number(process.env['SEED'] ?? 1);
/** `BACKEND=webgpu` loses devices, too; the emulated one takes its time. */
const BACKEND = process.env['BACKEND'] === 'webgpu' ? 'webgpu' : 'wasm';
/** Few kills need few steps, and the emulated device makes few. */
const EPOCHS = KILLS > 5 && BACKEND === 'wasm' ? 2 : 1;
/** 225 images in batches of 16, the last of them shared out. */
const STEPS = 15 * EPOCHS;
const ADDRESS = `?chaos=1&backend=${BACKEND}`;

type Kind = 'reload' | 'close' | 'worker' | 'device';
const kinds: readonly Kind[] = [
  ...(['reload', 'close', 'worker'] as const),
  ...(BACKEND === 'webgpu' ? (['device'] as const) : []),
];
/** After these the page brings the run back by itself. */
const recovered: readonly Kind[] = ['worker', 'device'];

/** What is left of a run, as run.json has it. */
interface Record {
  readonly steps: readonly { readonly step: number; readonly loss: number }[];
  readonly epochs: readonly { readonly validationAccuracy: number }[];
  readonly bestValidationAccuracy: number;
}

const stepWords = (page: Page) =>
  page.getByRole('tabpanel').getByText(new RegExp(`^step \\d+ of ${STEPS}`));

/** The step that the page shows; null where nothing trains. */
async function stepShown(page: Page): Promise<number | null> {
  const words = stepWords(page);
  if ((await words.count()) === 0) return null;
  const text = await words.innerText({ timeout: 2000 }).catch(() => '');
  const shown = /step (\d+)/.exec(text)?.[1];
  return shown === undefined ? null : Number(shown);
}

const resume = (page: Page) => page.getByRole('button', { name: 'Resume', exact: true });
const ended = (page: Page) => page.getByRole('button', { name: 'Train again' });

/** Has the run go on where it waits to, until a step after this one is shown; false where it ends before. */
async function trained(page: Page, beyond: number): Promise<boolean> {
  const isBeyond = async () => {
    // It may be gone by the time it is clicked.
    const click = () =>
      resume(page)
        .click({ timeout: 1000 })
        .catch(() => undefined);
    if (await resume(page).isVisible()) await click();
    return (await ended(page).isVisible()) || ((await stepShown(page)) ?? -1) > beyond;
  };
  await expect.poll(isBeyond, { timeout: 5 * RUN_TIME, intervals: [50] }).toBe(true);
  return !(await ended(page).isVisible());
}

/** Ends what is running, and returns the page that is there afterwards. */
async function kill(page: Page, kind: Kind): Promise<Page> {
  switch (kind) {
    case 'reload':
      await page.reload();
      return page;
    case 'close': {
      const context = page.context();
      await page.close();
      const next = await context.newPage();
      await next.goto(`/${ADDRESS}`);
      return next;
    }
    case 'worker':
      await page.getByRole('button', { name: 'Kill the worker' }).click();
      return page;
    case 'device':
      await page.getByRole('button', { name: 'Lose the device' }).click();
      return page;
    default:
      return kind satisfies never;
  }
}

/** All that was learned, and run.json. */
async function takenHome(page: Page) {
  await tab(page, 'Export').click();
  const zip = await download(page.getByRole('button', { name: 'Download' }));
  const files = unzipSync(await readFile(await zip.path()));
  const file = (name: string) =>
    Object.entries(files).find(([path]) => path.endsWith(name))?.[1] ?? new Uint8Array();
  const record = JSON.parse(Buffer.from(file('run.json')).toString()) as Record;
  return { record, tensors: parseSafetensors(file('adapter.safetensors')).tensors };
}

/** Takes the demo's images and begins to train on them. */
async function begin(page: Page): Promise<void> {
  await unfold(page, 'Images');
  await page.getByRole('button', { name: 'Use a demo task' }).click();
  await page.getByRole('menuitem').first().click();
  await expect(step(page, 'Images')).toContainText('300 images, 5 classes', {
    timeout: RUN_TIME,
  });
  await unfold(page, 'Train');
  await page.getByRole('textbox', { name: 'Epochs' }).fill(String(EPOCHS));
  await page.getByRole('button', { name: 'Train', exact: true }).click();
}

test('a run that is killed again and again ends as one that nobody disturbed', async ({ page }) => {
  test.setTimeout(600_000 + KILLS * 60_000);
  await openStudio(page, ADDRESS);
  await begin(page);
  await expect(ended(page)).toBeVisible({ timeout: 3 * RUN_TIME });
  const whole = await takenHome(page);

  await page.getByRole('button', { name: /^Project: / }).click();
  await page.getByRole('menuitem', { name: 'New project…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Name of the project' }).fill('Disturbed');
  await dialog.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(step(page, 'Images')).toContainText('What it should learn');
  await begin(page);
  await trained(page, 0);
  const cards = ['Images', 'Backbone', 'Method'];
  const answers = await Promise.all(cards.map((name) => step(page, name).innerText()));

  const rng = createRng(SEED, 'kills');
  const moments = Array.from({ length: KILLS }, () => rng.integer(STEPS - 5)).sort((a, b) => a - b);
  const log: string[] = [];
  let present = page;
  for (const moment of moments) {
    // Some come while the run is only being prepared again.
    const early = rng.uniform() < 0.2;
    if (!early && !(await trained(present, moment))) break;
    await present.waitForTimeout(300 * rng.uniform());
    const kind = kinds[rng.integer(kinds.length)] ?? 'reload';
    log.push(`${kind} at step ${(await stepShown(present)) ?? '?'}`);
    console.log(`Kill ${log.length}: ${log.at(-1)}`);
    present = await kill(present, kind);
    if (!recovered.includes(kind)) await resume(present).click();
  }
  expect(log).toHaveLength(KILLS);
  expect(await trained(present, STEPS)).toBe(false);

  const disturbed = await takenHome(present);
  const difference = largestDifference(
    whole.record.steps.map(({ loss }) => loss),
    disturbed.record.steps.map(({ loss }) => loss),
  );
  expect(difference).toBeLessThanOrEqual(1e-5);
  const accuracies = ({ record }: typeof whole) =>
    record.epochs.map(({ validationAccuracy }) => validationAccuracy);
  expect(accuracies(disturbed)).toEqual(accuracies(whole));
  expect(disturbed.record.bestValidationAccuracy).toBe(whole.record.bestValidationAccuracy);
  expect([...disturbed.tensors.keys()]).toEqual([...whole.tensors.keys()]);
  for (const [name, { data }] of whole.tensors) {
    const learned = disturbed.tensors.get(name)?.data ?? [];
    expect(largestDifference(data, learned), name).toBeLessThanOrEqual(1e-5);
  }
  console.log(`Largest difference of a loss: ${difference}`);

  for (const [index, name] of cards.entries()) {
    await expect(step(present, name)).toHaveText(answers[index] ?? '', { useInnerText: true });
  }
  await unfold(present, 'Train');
  await expect(present.getByRole('textbox', { name: 'Epochs' })).toHaveValue(String(EPOCHS));
  await present.getByRole('button', { name: /^Advanced settings/ }).click();
  await expect(present.getByRole('textbox', { name: 'Validation share' })).toHaveValue('0.25');
  await tab(present, 'Runs').click();
  const runs = present.getByRole('tabpanel').getByRole('rowheader');
  await expect(runs).toHaveCount(1);
});

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(b.length).toBe(a.length);
  return Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);
}
