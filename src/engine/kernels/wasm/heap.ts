import * as tf from '@tensorflow/tfjs';
import { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { EngineError, outOfMemory } from '../../errors.ts';

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
  const { wasm } = backend;
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
