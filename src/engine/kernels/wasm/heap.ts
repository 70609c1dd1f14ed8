import * as tf from '@tensorflow/tfjs';
import { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { EngineError, outOfMemory } from '../../errors.ts';

/** What Emscripten's modules have, and the backend's types leave out. */
interface Heap {
  _malloc: (bytes: number) => number;
  readonly _free: (address: number) => void;
}

const watched = new WeakSet<BackendWasm>();

/**
 * Has the current backend's heap say when it is full, with an EngineError "out-of-memory". Of
 * itself it answers with address 0, which TensorFlow.js takes for memory: what lies there is
 * overwritten, and the device computes garbage or waits for ever.
 */
export function watchHeap(): void {
  const backend = tf.backend();
  if (!(backend instanceof BackendWasm) || watched.has(backend)) return;
  watched.add(backend);
  const wasm: object = backend.wasm;
  if (!isHeap(wasm)) throw new EngineError('internal', 'WebAssembly’s heap cannot be watched.');
  // Its first call puts the real one in its own place.
  wasm._free(wasm._malloc(4));
  const allocate = wasm._malloc;
  wasm._malloc = (bytes) => {
    const address = allocate(bytes);
    if (address !== 0 || bytes === 0) return address;
    const wanted = `${Math.ceil(bytes / 1e6)} MB more are not to be had of WebAssembly’s 4 GB`;
    throw new EngineError('out-of-memory', outOfMemory(wanted));
  };
}

function isHeap(wasm: object): wasm is Heap {
  const has = (name: keyof Heap): boolean => typeof Reflect.get(wasm, name) === 'function';
  return has('_malloc') && has('_free');
}
