/** ONNX Runtime in Node, on what the page and what the README's Python make of each photograph. */
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { tell } from '../../../cli/console.ts';
import { INPUT, OUTPUT } from '../../../src/lib/graph-names.ts';
import { hasPython } from '../../../src/testing/pytorch.ts';
import { compareLogits, type ExportRow } from '../compare.ts';
import type { ExportedModel } from '../exported.ts';
import { pageInputs, pythonInputs } from './inputs.ts';
import { allowedFor } from './tolerance.ts';

const FILES = [
  ['onnx', 'model.onnx'],
  ['onnx_half', 'model.onnx'],
  ['transformers', 'onnx/model.onnx'],
  ['transformers', 'onnx/model_fp16.onnx'],
] as const;

export async function onnxInNode(model: ExportedModel): Promise<readonly ExportRow[]> {
  const ours = await pageInputs(model);
  const rows: ExportRow[] = [];
  const compare = async (format: string, file: string, inputs: Float32Array[], whose: string) => {
    const answers = await ask(join(model.folder, format, file), inputs);
    const allowed = allowedFor(format, file);
    const client = `ONNX Runtime in Node, ${file}, ${whose}`;
    const expected = model.photographs.map(({ logits }) => logits);
    rows.push(compareLogits({ model: model.name, format, client, allowed }, expected, answers));
  };
  for (const [format, file] of FILES) await compare(format, file, ours, 'the page’s pixels');
  if (!hasPython) {
    tell('The lines of Python are left out: no Python here has torch, numpy and Pillow.');
    return rows;
  }
  for (const format of ['onnx', 'onnx_half']) {
    const theirs = await pythonInputs(model, join(model.folder, format, 'README.md'));
    await compare(format, 'model.onnx', theirs, 'pixels of the README’s Python (Pillow)');
  }
  return rows;
}

/** Logits of all inputs, each asked alone. */
async function ask(path: string, inputs: readonly Float32Array[]): Promise<Float32Array[]> {
  const session = await InferenceSession.create(path);
  const answers: Float32Array[] = [];
  for (const input of inputs) {
    const side = Math.sqrt(input.length / 3);
    const feed = new Tensor('float32', input, [1, 3, side, side]);
    const { [OUTPUT]: logits } = await session.run({ [INPUT]: feed });
    answers.push(Float32Array.from(logits?.data as Float32Array));
  }
  await session.release();
  return answers;
}
