/**
 * Whether thousands of photographs of 12 megapixels can be imported in bounded memory: through the
 * page, in a Chromium that keeps its files on the disk. Linux only, for the processes' memory.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium, type Page } from 'playwright';
import { UsageError } from '../../cli/usage.ts';
import { ensureBuilt } from '../../scripts/build.ts';
import { chromiumArguments, findChromium } from '../../scripts/chromium.ts';
import { serveApp } from '../../scripts/serve.ts';
import { markdownTable } from '../markdown.ts';
import { makePhotographs } from './photographs.ts';
import { browserMemory } from './processes.ts';

const COUNT = 1000;
const usage = 'npm run bench -- imports [IMAGES]';
const KINDS = ['browser', 'renderer', 'gpu-process'];
/** A row for every so many images, about. */
const ROWS = 10;

interface Moment {
  readonly images: number;
  readonly seconds: number;
  /** Bytes, by kind of process, and all of them. */
  readonly held: ReadonlyMap<string, number>;
  readonly total: number;
}

/** Imports as many as the first word says, and prints what was held meanwhile. */
export async function imports([text = String(COUNT)]: readonly string[]): Promise<void> {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) {
    throw new UsageError(`The images must be a whole number from 1; got "${text}".\n${usage}`);
  }
  await ensureBuilt();
  const folder = await mkdtemp(join(tmpdir(), 'san-imports-'));
  try {
    console.error(`Drawing ${count} photographs …`);
    const photographs = join(folder, 'photographs');
    await withBrowser(join(folder, 'drawing'), (page) => makePhotographs(page, photographs, count));
    const app = await serveApp({ port: 42_573, strictPort: false });
    try {
      const profile = join(folder, 'profile');
      const moments = await withBrowser(profile, async (page) => {
        await page.goto(app.url);
        return importAll(page, photographs, count, profile);
      });
      console.log(tableOf(moments, Math.max(1, Math.floor(count / ROWS))));
    } finally {
      await app.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** With a profile on the disk: one without keeps its files in memory. */
async function withBrowser<T>(profile: string, work: (page: Page) => Promise<T>): Promise<T> {
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: findChromium() ?? undefined,
    args: chromiumArguments({ software: true }),
    viewport: { width: 1440, height: 900 },
  });
  try {
    return await work(await context.newPage());
  } finally {
    await context.close();
  }
}

async function importAll(
  page: Page,
  folder: string,
  count: number,
  profile: string,
): Promise<readonly Moment[]> {
  const choose = page.getByRole('button', { name: 'Choose a folder' });
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), choose.click()]);
  await chooser.setFiles(folder);
  const start = performance.now();
  const moments: Moment[] = [];
  for (let images = 0; images < count;) {
    await sleep(1000);
    images = await imagesIn(page);
    const held = await browserMemory(profile);
    const total = [...held.values()].reduce((sum, bytes) => sum + bytes, 0);
    const seconds = (performance.now() - start) / 1000;
    if (images !== moments.at(-1)?.images) {
      console.error(`${images} images, ${seconds.toFixed(0)} s, ${(total / 1e6).toFixed(0)} MB`);
    }
    moments.push({ images, seconds, held, total });
  }
  return moments;
}

/** As many as the page says that it has. */
async function imagesIn(page: Page): Promise<number> {
  const card = page.getByRole('region', { name: 'Images', exact: true });
  const answer = await card.getByRole('heading', { level: 2 }).innerText();
  return Number(/([\d,]+) images/.exec(answer)?.[1]?.replaceAll(',', '') ?? 0);
}

/** What was held at most until so many images were there. */
function tableOf(moments: readonly Moment[], every: number): string {
  const rows: string[][] = [];
  let stretch: Moment[] = [];
  const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(0);
  for (const moment of moments) {
    stretch.push(moment);
    const due = moment.images >= every * (rows.length + 1);
    if (!due && moment !== moments.at(-1)) continue;
    const most = (of: (one: Moment) => number): string => megabytes(Math.max(...stretch.map(of)));
    rows.push([
      ...[String(moment.images), moment.seconds.toFixed(0), most(({ total }) => total)],
      ...KINDS.map((kind) => most(({ held }) => held.get(kind) ?? 0)),
    ]);
    stretch = [];
  }
  return markdownTable(
    ['images', 'seconds', 'all, MB', ...KINDS.map((kind) => `${kind}, MB`)],
    rows,
  );
}
