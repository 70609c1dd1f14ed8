import * as tf from '@tensorflow/tfjs';
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';

interface Watched {
  readonly dispatches: number;
  /** Most bytes that tensors took at any dispatch. */
  readonly peakBytes: number;
}

/** Most bytes that tensors took at once while `run` made them, those from before among them. */
export function peakBytes(run: () => void): number {
  const engine = tf.engine();
  const track = engine.trackTensor.bind(engine);
  let peak = engine.state.numBytes;
  engine.trackTensor = (tensor, backend) => {
    track(tensor, backend);
    peak = Math.max(peak, engine.state.numBytes);
  };
  try {
    run();
  } finally {
    engine.trackTensor = track;
  }
  return peak;
}

const NOTHING: Watched = { dispatches: 0, peakBytes: 0 };

/**
 * Watches what is dispatched to the device, by our kernels and by TensorFlow.js's, until `stop`;
 * nothing where that is not WebGPU. For measuring only: it stands in the way of every dispatch.
 */
export function watchDispatches(): { readonly stop: () => Watched } {
  const backend = tf.backend();
  if (!(backend instanceof WebGPUBackend)) return { stop: () => NOTHING };
  const { prototype } = GPUComputePassEncoder;
  const descriptor = Object.getOwnPropertyDescriptor(prototype, 'dispatchWorkgroups');
  const original: unknown = descriptor?.value;
  if (!descriptor || typeof original !== 'function') return { stop: () => NOTHING };
  let watched = NOTHING;
  const value = function (this: GPUComputePassEncoder, ...sizes: unknown[]): void {
    const peakBytes = Math.max(watched.peakBytes, backend.memory().numBytesInGPU);
    watched = { dispatches: watched.dispatches + 1, peakBytes };
    Reflect.apply(original, this, sizes);
  };
  Object.defineProperty(prototype, 'dispatchWorkgroups', { ...descriptor, value });
  return {
    stop: () => {
      Object.defineProperty(prototype, 'dispatchWorkgroups', descriptor);
      return watched;
    },
  };
}
