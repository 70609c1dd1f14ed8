import * as tf from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { WasmCall } from './kernel.ts';
import { multiply, sideOf } from './simd-product.ts';
import { currentSimd, type Simd } from './simd.ts';

/** Products of fewer multiplications are done sooner than handed over. */
const WORTH_IT = 2 ** 16;

const PLAIN = { transposeA: false, transposeB: false };

/**
 * Many products at once, a [..., m, k] · b [..., k, n]. XNNPACK, with which TensorFlow.js
 * multiplies single matrices, is several times faster than its own loop over batches: this hands
 * it one product after the other, turned around where asked. Null where that is not worth it.
 */
export function batchMatMul(call: WasmCall): tf.TensorInfo | null {
  const simd = currentSimd();
  if (simd) return simdMatMul(simd, call);
  const { backend, input, attributes, stock } = call;
  const [a, b] = [input('a'), input('b')];
  const [aTurned, bTurned] = [attributes['transposeA'] === true, attributes['transposeB'] === true];
  const [rows, inner] = sides(a, aTurned);
  const [, columns] = sides(b, bTurned);
  const outer = a.shape.slice(0, -2);
  const batch = tf.util.sizeFromShape(outer);
  const sameBatch = tf.util.arraysEqual(outer, b.shape.slice(0, -2));
  if (!sameBatch || batch < 2 || rows * inner * columns < WORTH_IT) return null;

  const output = backend.makeOutput([...outer, rows, columns], 'float32');
  const left = new Batch(backend, a, aTurned);
  const right = new Batch(backend, b, bTurned);
  for (let i = 0; i < batch; i++) {
    const pair = { a: left.open(i), b: right.open(i) };
    const product = stock({ backend, inputs: pair, attrs: PLAIN });
    if (Array.isArray(product)) throw new Error('A product is one matrix.');
    const values = backend.typedArrayFromHeap(product);
    backend.typedArrayFromHeap(output).set(values, i * rows * columns);
    backend.disposeData(product.dataId);
    left.close(pair.a);
    right.close(pair.b);
  }
  left.dispose();
  right.dispose();
  return output;
}

/** The same by our own kernels; one matrix on a side belongs to all on the other. */
function simdMatMul(simd: Simd, { backend, input, attributes }: WasmCall): tf.TensorInfo {
  const [a, b] = [input('a'), input('b')];
  const [aTurned, bTurned] = [attributes['transposeA'] === true, attributes['transposeB'] === true];
  const [rows] = sides(a, aTurned);
  const [, columns] = sides(b, bTurned);
  const [aOuter, bOuter] = [a.shape.slice(0, -2), b.shape.slice(0, -2)];
  const outer = tf.broadcast_util.assertAndGetBroadcastShape(aOuter, bOuter);
  const batch = tf.util.sizeFromShape(outer);
  const output = backend.makeOutput([...outer, rows, columns], 'float32');
  const matrix = (of: tf.TensorInfo, index: number, turned: boolean) => {
    const [height, width] = sides(of, false);
    const shared = of.shape.length < 3 || tf.util.sizeFromShape(of.shape) === height * width;
    const offset = shared ? 0 : 4 * index * height * width;
    return sideOf(simd.address(of) + offset, height, width, turned);
  };
  for (let i = 0; i < batch; i++) {
    const to = simd.address(output) + 4 * i * rows * columns;
    multiply(simd, matrix(a, i, aTurned), matrix(b, i, bTurned), to);
  }
  return output;
}

/** Rows and columns of every matrix of a batch, as it is multiplied. */
function sides({ shape }: tf.TensorInfo, turned: boolean): [number, number] {
  const [columns = 1, rows = 1] = shape.toReversed();
  return turned ? [columns, rows] : [rows, columns];
}

/** The matrices of a batch, each to be opened as a tensor of its own for one product. */
class Batch {
  readonly #backend: BackendWasm;
  readonly #tensor: tf.TensorInfo;
  readonly #shape: [number, number, number];
  /** Where a turned matrix is written; null where they are taken as they lie. */
  readonly #turned: tf.TensorInfo | null;

  constructor(backend: BackendWasm, tensor: tf.TensorInfo, turned: boolean) {
    this.#backend = backend;
    this.#tensor = tensor;
    this.#shape = [1, ...sides(tensor, turned)];
    this.#turned = turned ? backend.makeOutput(this.#shape, 'float32') : null;
  }

  open(index: number): tf.TensorInfo {
    if (this.#turned) this.#turn(index, this.#turned);
    const held = this.#turned ?? this.#tensor;
    const offset = this.#turned ? 0 : index * tf.util.sizeFromShape(this.#shape);
    const start = this.#backend.getMemoryOffset(held.dataId) + 4 * offset;
    // A tensor of its own every time: XNNPACK remembers a right side by its number.
    return this.#backend.makeOutput(this.#shape, 'float32', start);
  }

  /** Forgets the tensor, not the memory it looked at. */
  close(matrix: tf.TensorInfo): void {
    const { dataIdMap, wasm } = this.#backend;
    wasm.tfjs.disposeData(dataIdMap.get(matrix.dataId).id);
    dataIdMap.delete(matrix.dataId);
  }

  dispose(): void {
    if (this.#turned) this.#backend.disposeData(this.#turned.dataId);
  }

  #turn(index: number, target: tf.TensorInfo): void {
    const [, rows, columns] = this.#shape;
    const from = this.#backend.typedArrayFromHeap(this.#tensor);
    const to = this.#backend.typedArrayFromHeap(target);
    let at = index * rows * columns;
    for (let column = 0; column < columns; column++) {
      for (let cell = column; cell < to.length; cell += columns) to[cell] = from[at++]!;
    }
  }
}
