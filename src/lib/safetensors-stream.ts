/** Safetensors files too large to stand in memory: written and read a tensor at a time. */
import { LENGTH_BYTES, type TensorEntry } from './safetensors-header.ts';
import {
  layOut,
  parseSafetensors,
  readSafetensorsHeader,
  type StateDict,
  type TensorData,
} from './safetensors.ts';

/** Tensors whose shapes are known before their numbers, in the order in which those come. */
export interface TensorStream {
  readonly shapes: readonly (readonly [name: string, shape: readonly number[]])[];
  /** Each once, in that order; a tensor is not looked at after the next was asked for. */
  tensors(): AsyncIterable<readonly [name: string, tensor: TensorData]>;
}

/** The bytes of a file of float32 tensors, piece by piece. */
export async function* safetensorsPieces(
  { shapes, tensors }: TensorStream,
  metadata: Readonly<Record<string, string>> = {},
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const { json, dataStart } = layOut(shapes, metadata);
  const head = new Uint8Array(dataStart).fill(0x20, LENGTH_BYTES);
  new DataView(head.buffer).setBigUint64(0, BigInt(dataStart - LENGTH_BYTES), true);
  head.set(json, LENGTH_BYTES);
  yield head;
  let place = 0;
  for await (const [name, { data }] of tensors()) {
    const [expected, shape = []] = shapes[place++] ?? [];
    const size = shape.reduce((product, side) => product * side, 1);
    if (name !== expected || data.length !== size) {
      throw new Error(
        `"${expected ?? 'nothing'}" of ${size} numbers must come next; got "${name}".`,
      );
    }
    yield new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
  }
  if (place < shapes.length) throw new Error(`${shapes.length} tensors must come; ${place} came.`);
}

/** A state dict as a stream, for what stands in memory anyway. */
export function streamOf(state: StateDict): TensorStream {
  return {
    shapes: [...state].map(([name, { shape }]) => [name, shape] as const),
    // eslint-disable-next-line @typescript-eslint/require-await -- a stream is asynchronous
    tensors: async function* () {
      yield* state;
    },
  };
}

/**
 * A file of float32 tensors whose numbers are read every time they are asked for; outside of
 * workers, which alone can wait for a file, all at once.
 * @throws SafetensorsError
 */
export async function lazyTensors(file: Blob): Promise<StateDict> {
  if (!('FileReaderSync' in globalThis)) return parseSafetensors(await file.arrayBuffer()).tensors;
  const { tensors } = await readSafetensorsHeader(file);
  return new Map([...tensors].map(([name, entry]) => [name, new LazyTensor(file, entry)] as const));
}

declare const FileReaderSync: {
  /** Only in workers, which is why the page's types leave it out. */
  new (): { readAsArrayBuffer(file: Blob): ArrayBuffer };
};

class LazyTensor implements TensorData {
  readonly shape: readonly number[];
  readonly #file: Blob;

  constructor(file: Blob, { shape, begin, end }: TensorEntry) {
    this.shape = shape;
    this.#file = file.slice(begin, end);
  }

  get data(): Float32Array {
    return new Float32Array(new FileReaderSync().readAsArrayBuffer(this.#file));
  }
}
