/** TensorFlow.js in Node, on its WebAssembly backend, given what the page makes of each photograph. */
import { readFile, readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { answerOf, openGraphModel } from '../../../src/testing/graph-model.ts';
import { compareLogits, type ExportRow } from '../compare.ts';
import type { ExportedModel } from '../exported.ts';
import { pageInputs } from './inputs.ts';
import { allowedFor } from './tolerance.ts';

const FORMATS = ['tfjs', 'tfjs_half'];

export async function tensorFlowInNode(model: ExportedModel): Promise<readonly ExportRow[]> {
  setWasmPaths(`${resolve('node_modules/@tensorflow/tfjs-backend-wasm/dist')}/`);
  await tf.setBackend('wasm');
  const inputs = await pageInputs(model);
  const rows: ExportRow[] = [];
  for (const format of FORMATS) rows.push(await compare(model, format, inputs));
  return rows;
}

async function compare(
  model: ExportedModel,
  format: string,
  inputs: readonly Float32Array[],
): Promise<ExportRow> {
  const folder = join(model.folder, format);
  const names = await readdir(folder);
  const contents = await Promise.all(
    names.map(async (name) => [name, Uint8Array.from(await readFile(join(folder, name)))] as const),
  );
  const graph = await openGraphModel(new Map(contents));
  const answers: Float32Array[] = [];
  for (const input of inputs) answers.push(await ask(graph, input));
  graph.dispose();
  const client = 'TensorFlow.js in Node, the page’s pixels';
  const allowed = allowedFor(format, 'model.json');
  const expected = model.photographs.map(({ logits }) => logits);
  return compareLogits({ model: model.name, format, client, allowed }, expected, answers);
}

/** @param input [3, S, S] */
async function ask(graph: tf.GraphModel, input: Float32Array): Promise<Float32Array> {
  const side = Math.sqrt(input.length / 3);
  const logits = tf.tidy(() =>
    answerOf(graph, tf.transpose(tf.tensor(input, [1, 3, side, side]), [0, 2, 3, 1])),
  );
  const values = Float32Array.from(await logits.data<'float32'>());
  logits.dispose();
  return values;
}
