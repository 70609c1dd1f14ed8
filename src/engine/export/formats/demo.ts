/** A page of its own that classifies images, and needs no server: a folder that is opened or served. */
import wasmUrl from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';
import { base64Pieces, toBase64 } from '../../../lib/base64.ts';
import { repeatable } from '../../../lib/repeatable.ts';
import type { CodeSnippet } from '../../../protocol.ts';
import type { ExportFormat } from '../contract.ts';
import { writeOnnx } from '../onnx/write-onnx.ts';
import { demoLicenses, demoPage } from '../parts/demo-page.ts';
import { proofOf } from '../parts/onnx-folder.ts';
import { formatReadme } from '../readme.ts';

const contents = [
  {
    name: 'index.html',
    words: 'The page: open it in a browser. It takes dropped images and the camera.',
  },
  {
    name: 'model.js',
    words: 'The model, with weights in half precision, as ONNX inside a script.',
  },
  { name: 'runtime.js', words: 'ONNX Runtime Web, which runs it; no network is needed.' },
  { name: 'third-party-licenses.md', words: 'Licences of the software in it that others wrote.' },
];

const EMBED = `<!-- Beside model.js and runtime.js, on any web server or in a folder. -->
<iframe src="index.html" title="Classify an image" allow="camera" width="720" height="600"></iframe>`;

const snippets: readonly CodeSnippet[] = [
  { title: 'HTML, to put it into a page', language: 'html', code: EMBED },
];

export const format = {
  info: {
    name: 'demo',
    label: 'A page to try it',
    summary:
      'A web page that classifies images and the camera’s picture, without a network or a server: to show it to others.',
    order: 7,
  },
  contents: () => contents,
  snippets: () => snippets,
  async files(source) {
    const { backbone, classes } = source;
    const file = writeOnnx(await source.traced(), 'float16');
    const facts = { classes, preprocessing: backbone.preprocessing, model: '' };
    const title = `${classes.slice(0, 4).join(', ')}${classes.length > 4 ? ' …' : ''}?`;
    return [
      {
        name: 'README.md',
        input: formatReadme(source, { contents, snippets, notes: [] }),
      },
      { name: 'third-party-licenses.md', input: demoLicenses },
      { name: 'index.html', input: demoPage(title) },
      {
        name: 'model.js',
        input: repeatable(() => script(JSON.stringify(facts), file)),
        proof: proofOf('float16', 'embedded'),
      },
      { name: 'runtime.js', input: `window.sanRuntime = ${JSON.stringify(await runtime())};\n` },
    ];
  },
} satisfies ExportFormat;

/** Facts that end with an empty text, which the file's bytes take the place of. */
async function* script(
  facts: string,
  file: AsyncIterable<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
  yield bytes(`window.sanModel = ${facts.slice(0, -END.length)}`);
  for await (const text of base64Pieces(file)) yield bytes(text);
  yield bytes(`${END};\n`);
}

const END = '"}';

let packed: Promise<string> | null = null;

/** ONNX Runtime's WebAssembly; packing it takes longer than all else, so that is done once. */
const runtime = (): Promise<string> =>
  (packed ??= packRuntime().catch((error: unknown) => {
    packed = null;
    throw error;
  }));

/** From this page's own address. */
async function packRuntime(): Promise<string> {
  const { body } = await fetch(wasmUrl);
  if (!body) throw new Error('ONNX Runtime must be beside this page; it is not.');
  const small = new Response(body.pipeThrough(new CompressionStream('gzip')));
  return toBase64(new Uint8Array(await small.arrayBuffer()));
}
