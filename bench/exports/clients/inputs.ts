/** Photographs as inputs of a network, [3, S, S] each. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { channelsFirst } from '../../../src/lib/channels-first.ts';
import { preparedHere, readPhotograph } from '../../../src/testing/photographs.ts';
import { runPython } from '../../../src/testing/pytorch.ts';
import type { ExportedModel } from '../exported.ts';

/** Made by the page's own code, decoded in Node. */
export async function pageInputs(model: ExportedModel): Promise<Float32Array[]> {
  const { preprocessing } = model.backbone;
  const inputs: Float32Array[] = [];
  for (const { path } of model.photographs) {
    const bytes = preparedHere(await readPhotograph(path), preprocessing);
    inputs.push(channelsFirst(bytes, preprocessing));
  }
  return inputs;
}

/** Made by the lines of Python in the README.md of an exported folder. */
export async function pythonInputs(
  { photographs, backbone }: ExportedModel,
  readme: string,
): Promise<Float32Array[]> {
  const folder = await mkdtemp(join(tmpdir(), 'san-inputs-'));
  try {
    const out = join(folder, 'inputs.bin');
    const script = resolve('scripts/reference/onnx_inputs.py');
    const paths = photographs.map(({ path }) => resolve(path));
    await runPython([script, resolve(readme), out, ...paths], {});
    const { buffer, byteOffset, byteLength } = await readFile(out);
    const all = new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength));
    const length = 3 * backbone.preprocessing.size ** 2;
    return photographs.map((_, i) => all.slice(i * length, (i + 1) * length));
  } finally {
    await rm(folder, { recursive: true });
  }
}
