/** The README's JavaScript as it stands, in a Chromium: a library from its own file, and a canvas. */
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Page, Route } from 'playwright';
import { compareLogits, type ExportRow } from '../compare.ts';
import type { ExportedModel } from '../exported.ts';
import { withPage } from './browser.ts';

/** Nobody's address: every request to it is answered from the disk. */
const SITE = 'https://exported.test/';

interface Library {
  readonly name: string;
  readonly formats: readonly string[];
  /** What the lines import, and where that lies. */
  readonly module: string;
  readonly folder: string;
  readonly file: string;
  /** JavaScript that gives the numbers of `logits`. */
  readonly numbers: string;
}

const LIBRARIES: readonly Library[] = [
  {
    name: 'ONNX Runtime Web',
    formats: ['onnx', 'onnx_half'],
    module: 'onnxruntime-web',
    folder: resolve('node_modules/onnxruntime-web/dist'),
    file: 'ort.bundle.min.mjs',
    numbers: '[...logits.data]',
  },
  {
    name: 'TensorFlow.js',
    formats: ['tfjs', 'tfjs_half'],
    module: '@tensorflow/tfjs',
    folder: resolve('node_modules/@tensorflow/tfjs/dist'),
    file: 'tf.fesm.min.js',
    numbers: '[...(await logits.data())]',
  },
];

export function readmeInBrowser(model: ExportedModel): Promise<readonly ExportRow[]> {
  return withPage(async (page) => {
    const rows: ExportRow[] = [];
    for (const library of LIBRARIES) {
      for (const format of library.formats) {
        const answers = await ask(page, model, join(model.folder, format), library);
        const client = `${library.name} in Chromium, the README’s JavaScript (canvas)`;
        const named = { model: model.name, format, client, allowed: null };
        const expected = model.photographs.map(({ logits }) => logits);
        rows.push(compareLogits(named, expected, answers));
      }
    }
    return rows;
  });
}

const documentFor = ({ module, file }: Library): string => `<!doctype html><title>README</title>
<script type="importmap">{ "imports": { "${module}": "/runtime/${file}" } }</script>`;

async function ask(
  page: Page,
  model: ExportedModel,
  folder: string,
  library: Library,
): Promise<number[][]> {
  const readme = await readFile(join(folder, 'README.md'), 'utf8');
  const [, lines] = /```javascript\n([\s\S]*?)\n```/.exec(readme) ?? [];
  if (lines === undefined) throw new Error(`${folder}/README.md must have lines of JavaScript.`);
  const script = `${lines}\nwindow.answer = ${library.numbers};`;
  const answers: number[][] = [];
  let photograph = '';
  const answer = (route: Route): Promise<void> => serve(route, folder, photograph, library);
  await page.route(`${SITE}**`, answer);
  // One document for all, so that the library compiles its shaders once.
  await page.goto(SITE);
  for (const { path } of model.photographs) {
    photograph = path;
    await page.addScriptTag({ type: 'module', content: script });
    const logits = await page.waitForFunction(takeAnswer);
    answers.push((await logits.jsonValue()) ?? []);
  }
  await page.unroute(`${SITE}**`, answer);
  return answers;
}

/** Runs in the page: what the lines came to, once. */
function takeAnswer(): number[] | undefined {
  const page = window as { answer?: number[] | undefined };
  const { answer } = page;
  page.answer = undefined;
  return answer;
}

async function serve(
  route: Route,
  folder: string,
  photograph: string,
  library: Library,
): Promise<void> {
  const { pathname } = new URL(route.request().url());
  if (pathname === '/') {
    return route.fulfill({ body: documentFor(library), contentType: 'text/html' });
  }
  const [, runtime] = /^\/runtime\/(.+)$/.exec(pathname) ?? [];
  if (runtime !== undefined) return route.fulfill({ path: join(library.folder, runtime) });
  const file = pathname === '/image.jpg' ? photograph : join(folder, pathname);
  return route.fulfill({ path: file });
}
