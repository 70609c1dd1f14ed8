/** The exported model inside its own page. */
import * as ort from 'onnxruntime-web/wasm';
import { decodeToPixels } from '../engine/data/preprocess.ts';
import { fromBase64 } from '../lib/base64.ts';
import { channelsFirst } from '../lib/channels-first.ts';
import { INPUT, OUTPUT } from '../lib/graph-names.ts';
import { softmax } from '../lib/softmax.ts';
import type { DemoData } from './contract.ts';

/** Probabilities by class, the most likely first. */
export type Answer = readonly (readonly [name: string, probability: number])[];

export type Classify = (image: Blob | ImageBitmap) => Promise<Answer>;

export async function openClassifier(data: DemoData): Promise<Classify> {
  const { classes, preprocessing, model, runtime } = data;
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmBinary = await unpacked(runtime);
  const session = await ort.InferenceSession.create(fromBase64(model));
  return async (image) => {
    const bytes = await decodeToPixels(image, preprocessing);
    const { size } = preprocessing;
    const input = new ort.Tensor('float32', channelsFirst(bytes, preprocessing), [
      1,
      3,
      size,
      size,
    ]);
    const output = (await session.run({ [INPUT]: input }))[OUTPUT];
    const probabilities = softmax(Float32Array.from(output?.data as Float32Array));
    return classes
      .map((name, i) => [name, probabilities[i] ?? 0] as const)
      .sort(([, a], [, b]) => b - a);
  };
}

async function unpacked(text: string): Promise<ArrayBuffer> {
  const packed = new Blob([fromBase64(text)]).stream();
  return new Response(packed.pipeThrough(new DecompressionStream('gzip'))).arrayBuffer();
}
