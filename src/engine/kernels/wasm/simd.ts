/**
 * Our own kernels on WebAssembly: written in AssemblyScript (`assembly/`), compiled ahead, run on
 * TensorFlow.js's own heap and shared among threads. They take addresses and sizes; whatever they
 * need in between is lent by the backend.
 */
import * as tf from '@tensorflow/tfjs';
import { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { isAccelerated } from '../acceleration.ts';
import { compileKernels, instantiate, isShared, type SimdExports } from './simd-module.ts';

/** Where the arguments lie behind the block that says what there is to do, in words of four bytes. */
const ARGUMENTS = 32;
const WORDS = 96;
/** Of the control block; see `assembly/schedule.ts`. */
const MAY_SLEEP = 6;

export class Simd {
  readonly threads: number;
  readonly #backend: BackendWasm;
  readonly #memory: WebAssembly.Memory;
  readonly exports: SimdExports;
  /** Address of the control block. */
  readonly #control: number;
  #words = new Int32Array();

  constructor(
    backend: BackendWasm,
    memory: WebAssembly.Memory,
    exports: SimdExports,
    control: number,
    threads: number,
  ) {
    this.#backend = backend;
    this.#memory = memory;
    this.exports = exports;
    this.#control = control;
    this.threads = threads;
  }

  /** Runs a kernel, named as in `assembly/index.ts`, over all its units. Addresses of 0 stand for what is left out. */
  run(kernel: string, units: number, args: readonly number[]): void {
    // The heap's buffer is another one after it has grown.
    if (this.#words.buffer !== this.#memory.buffer) {
      this.#words = new Int32Array(this.#memory.buffer, this.#control, WORDS);
    }
    this.#words.set(args, ARGUMENTS);
    const { constant, share } = this.exports;
    share(this.#control, constant(kernel), this.#control + 4 * ARGUMENTS, units);
  }

  /** Where a tensor's numbers lie; 0 where there is no tensor. */
  address(tensor: tf.TensorInfo | undefined): number {
    return tensor ? this.#backend.getMemoryOffset(tensor.dataId) : 0;
  }

  /** A new tensor whose numbers are yet to be written. */
  output(shape: readonly number[]): tf.Tensor {
    const made = this.#backend.makeOutput([...shape], 'float32');
    return tf.engine().makeTensorFromTensorInfo(made);
  }

  /** Fills a tensor with zeros. */
  clear(tensor: tf.Tensor): void {
    this.#backend.typedArrayFromHeap(tensor).fill(0);
  }

  /** Lends memory for as long as `use` runs. */
  lend<T>(bytes: number, use: (address: number) => T): T {
    const lent = this.#backend.makeOutput([Math.ceil(bytes / 4)], 'int32');
    try {
      return use(this.address(lent));
    } finally {
      this.#backend.disposeData(lent.dataId);
    }
  }
}

const started = new WeakMap<BackendWasm, Promise<Simd | null>>();
const ready = new WeakMap<BackendWasm, Simd>();

/** Gets our kernels ready for the current backend, once; does nothing where it is not WebAssembly or the browser knows no SIMD. */
export async function startSimd(threads: number): Promise<void> {
  const backend = tf.backend();
  if (!(backend instanceof BackendWasm)) return;
  const starting = started.get(backend) ?? start(backend, threads);
  started.set(backend, starting);
  const simd = await starting;
  if (simd) ready.set(backend, simd);
}

/** Our kernels, where the current backend runs them; null elsewhere. */
export function currentSimd(): Simd | null {
  const backend = tf.backend();
  if (!(backend instanceof BackendWasm) || !isAccelerated(backend)) return null;
  return ready.get(backend) ?? null;
}

async function start(backend: BackendWasm, threads: number): Promise<Simd | null> {
  const memory = heapOf(backend.wasm);
  const module = memory && (await compileKernels(memory));
  if (!module) return null;
  const exports = await instantiate(module, memory);
  const control = backend.getMemoryOffset(backend.makeOutput([WORDS], 'int32').dataId);
  const words = new Int32Array(memory.buffer, control, WORDS).fill(0);
  // A page must not sleep, a worker may.
  words[MAY_SLEEP] = 'document' in globalThis ? 0 : 1;
  const helpers = isShared(memory) ? threads - 1 : 0;
  for (let thread = 1; thread <= helpers; thread++) {
    const worker = new Worker(new URL('./simd-helper.ts', import.meta.url), { type: 'module' });
    worker.postMessage({ module, memory, control, thread });
  }
  return new Simd(backend, memory, exports, control, helpers + 1);
}

/** The threaded build of TensorFlow.js makes its memory and shows it; the other one's belongs to its module. */
function heapOf(wasm: object): WebAssembly.Memory | null {
  if ('wasmMemory' in wasm && wasm.wasmMemory instanceof WebAssembly.Memory) return wasm.wasmMemory;
  if (!('asm' in wasm) || typeof wasm.asm !== 'object' || !wasm.asm) return null;
  return 'memory' in wasm.asm && wasm.asm.memory instanceof WebAssembly.Memory
    ? wasm.asm.memory
    : null;
}

const bits = new Float32Array(1);

/** A fractional number as a kernel's argument. */
export function fraction(value: number): number {
  bits[0] = value;
  return new Int32Array(bits.buffer)[0] ?? 0;
}
