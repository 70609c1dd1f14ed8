/** TensorFlow.js as everybody has it, which asks a written graph model on the page's device. */
import * as tf from '@tensorflow/tfjs';
import type { Preprocessing } from '../../../protocol.ts';
import { EngineError } from '../../errors.ts';
import { imageFeed, useFeed } from '../../train/feed.ts';

/** Where the files seem to lie; nothing is fetched. */
const PLACE = 'https://graph-model.invalid/';

/** What a written file holds. */
type Content = string | Uint8Array<ArrayBuffer> | Blob;

/**
 * Logits of images, row after row. Weights come to the device a shard at a time.
 * @param path of model.json among the files.
 * @param images RGB bytes, [S, S, 3].
 * @throws EngineError "internal" where the files cannot be opened.
 */
export async function askGraphModel(
  files: ReadonlyMap<string, Content>,
  path: string,
  images: readonly Uint8Array[],
  preprocessing: Preprocessing,
): Promise<Float32Array[]> {
  const fetchFunc = async (address: RequestInfo | URL): Promise<Response> => {
    const content = files.get(new Request(address).url.slice(PLACE.length));
    return content === undefined ? new Response(null, { status: 404 }) : answer(content);
  };
  const options = { fetchFunc, streamWeights: true };
  const model = await tf.loadGraphModel(PLACE + path, options).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new EngineError(
      'internal',
      `TensorFlow.js must open what was written; it says: ${reason}`,
    );
  });
  try {
    const rows: Float32Array[] = [];
    for (const bytes of images) {
      const logits = useFeed(imageFeed(bytes, 1, preprocessing), (input) =>
        onlyTensor(model.predict(input)),
      );
      rows.push(Float32Array.from(await logits.data<'float32'>()));
      logits.dispose();
    }
    return rows;
  } finally {
    model.dispose();
  }
}

/** In one piece, for TensorFlow.js joins the pieces of a tensor anew with every one that comes. */
async function answer(content: Content): Promise<Response> {
  if (typeof content === 'string') return new Response(content);
  const bytes = content instanceof Blob ? new Uint8Array(await content.arrayBuffer()) : content;
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      controller.enqueue(bytes);
      controller.close();
    },
  });
  return new Response(body);
}

function onlyTensor(output: ReturnType<tf.GraphModel['predict']>): tf.Tensor {
  if (output instanceof tf.Tensor) return output;
  throw new EngineError('internal', 'A graph model of this page must have one output.');
}
