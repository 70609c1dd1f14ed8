/**
 * ONNX Runtime Web, which asks a written file of ONNX on the processor. It is fetched, from this
 * page's own address, when the first file is opened.
 */
import type { InferenceSession, Tensor, env } from 'onnxruntime-web';
import wasmUrl from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';
import { channelsFirst } from '../../../lib/channels-first.ts';
import { INPUT, OUTPUT } from '../../../lib/graph-names.ts';
import { EngineError } from '../../errors.ts';
import type { Pixels } from '../../ops/pixels.ts';

interface Runtime {
  readonly env: typeof env;
  readonly InferenceSession: typeof InferenceSession;
  readonly Tensor: typeof Tensor;
}

let runtime: Promise<Runtime> | null = null;

async function loadRuntime(): Promise<Runtime> {
  const loaded: Runtime = await import('onnxruntime-web/wasm');
  loaded.env.wasm.wasmPaths = { wasm: wasmUrl };
  loaded.env.wasm.numThreads = 1; // its threads would want a worker of their own
  loaded.env.logLevel = 'error';
  return loaded;
}

/** Logits of images, row after row. @throws EngineError "internal" where the file cannot be opened. */
export async function askOnnx(
  file: Uint8Array,
  images: readonly Pixels[],
): Promise<Float32Array[]> {
  runtime ??= loadRuntime();
  const { InferenceSession, Tensor } = await runtime;
  const session = await InferenceSession.create(file).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new EngineError(
      'internal',
      `ONNX Runtime must open what was written; it says: ${reason}`,
    );
  });
  try {
    const rows: Float32Array[] = [];
    for (const image of images) {
      const [, height, width] = image.shape;
      const input = new Tensor('float32', channelsFirst(image.bytes, image.scaling), [
        1,
        3,
        height,
        width,
      ]);
      const answer = (await session.run({ [INPUT]: input }))[OUTPUT];
      rows.push(Float32Array.from(answer?.data as Float32Array));
    }
    return rows;
  } finally {
    await session.release();
  }
}
