import * as tf from '@tensorflow/tfjs';
import type { GraphModelFile } from '../engine/export/tensorflow/write-graph-model.ts';
import { whole } from './zip-of-parts.ts';

/** Files as anybody opens them: with TensorFlow.js alone, from an address. */
export function openGraphModel(
  contents: ReadonlyMap<string, string | Uint8Array<ArrayBuffer>>,
): Promise<tf.GraphModel> {
  const fetchFunc = (address: RequestInfo | URL): Promise<Response> => {
    const content = contents.get(new Request(address).url.replace(PLACE, ''));
    return Promise.resolve(new Response(content ?? null, { status: content ? 200 : 404 }));
  };
  return tf.loadGraphModel(`${PLACE}model.json`, { fetchFunc });
}

const PLACE = 'https://example.test/models/';

/** The same of files that are still to be written. */
export async function openWritten(files: readonly GraphModelFile[]): Promise<tf.GraphModel> {
  const contents = new Map<string, string | Uint8Array<ArrayBuffer>>();
  for (const { name, input } of files) contents.set(name, await whole(input));
  return openGraphModel(contents);
}

/** Its only output. */
export function answerOf(model: tf.GraphModel, images: tf.Tensor): tf.Tensor {
  const output = model.predict(images);
  if (output instanceof tf.Tensor) return output;
  throw new Error('A graph model of a classifier must have one output.');
}
