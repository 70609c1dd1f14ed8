/** The README's JavaScript as it stands, in a Chromium: ONNX Runtime Web and a canvas. */
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Page, Route } from 'playwright';
import { compareLogits, type ExportRow } from '../compare.ts';
import type { ExportedModel } from '../exported.ts';
import { withPage } from './browser.ts';

/** Nobody's address: every request to it is answered from the disk. */
const SITE = 'https://exported.test/';
const RUNTIME = resolve('node_modules/onnxruntime-web/dist');

const DOCUMENT = `<!doctype html><title>README</title>
<script type="importmap">{ "imports": { "onnxruntime-web": "/runtime/ort.bundle.min.mjs" } }</script>`;

export function onnxInBrowser(model: ExportedModel): Promise<readonly ExportRow[]> {
  return withPage(async (page) => {
    const rows: ExportRow[] = [];
    for (const format of ['onnx', 'onnx_half']) {
      const answers = await ask(page, model, join(model.folder, format));
      const client = 'ONNX Runtime Web in Chromium, the README’s JavaScript (canvas)';
      const named = { model: model.name, format, client, allowed: null };
      const expected = model.photographs.map(({ logits }) => logits);
      rows.push(compareLogits(named, expected, answers));
    }
    return rows;
  });
}

async function ask(page: Page, model: ExportedModel, folder: string): Promise<number[][]> {
  const readme = await readFile(join(folder, 'README.md'), 'utf8');
  const [, lines] = /```javascript\n([\s\S]*?)\n```/.exec(readme) ?? [];
  if (lines === undefined) throw new Error(`${folder}/README.md must have lines of JavaScript.`);
  const script = `${lines}\nwindow.answer = [...logits.data];`;
  const answers: number[][] = [];
  for (const { path } of model.photographs) {
    await page.route(`${SITE}**`, (route) => serve(route, folder, path));
    await page.goto(SITE);
    await page.addScriptTag({ type: 'module', content: script });
    const answer = await page.waitForFunction(() => (window as { answer?: number[] }).answer);
    answers.push((await answer.jsonValue()) ?? []);
    await page.unroute(`${SITE}**`);
  }
  return answers;
}

async function serve(route: Route, folder: string, photograph: string): Promise<void> {
  const { pathname } = new URL(route.request().url());
  if (pathname === '/') return route.fulfill({ body: DOCUMENT, contentType: 'text/html' });
  const [, runtime] = /^\/runtime\/(.+)$/.exec(pathname) ?? [];
  if (runtime !== undefined) return route.fulfill({ path: join(RUNTIME, runtime) });
  const file = pathname === '/image.jpg' ? photograph : join(folder, pathname);
  return route.fulfill({ path: file });
}
