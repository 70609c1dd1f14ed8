/** Where our kernels run; everywhere else an op takes its reference in plain TensorFlow.js. */
import * as tf from '@tensorflow/tfjs';
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';

/** Which kernels a backend gets. Those that only some devices gain from are asked for by name. */
export interface Acceleration {
  /** Products, and the layers that are made of them. */
  readonly matmul: boolean;
  readonly attention: boolean;
}

const accelerated = new WeakMap<object, Acceleration>();

/** Lets our kernels run on the current backend; null lets none. */
export function accelerate(acceleration: Acceleration | null): void {
  if (acceleration) accelerated.set(tf.backend(), acceleration);
  else accelerated.delete(tf.backend());
}

export function isAccelerated(backend: object): boolean {
  return accelerated.has(backend);
}

/** The current backend where it is WebGPU and runs our kernels; null elsewhere. */
export function acceleratedWebgpu(kernel?: keyof Acceleration): WebGPUBackend | null {
  const backend = tf.backend();
  if (!(backend instanceof WebGPUBackend)) return null;
  const acceleration = accelerated.get(backend);
  return acceleration && (!kernel || acceleration[kernel]) ? backend : null;
}

/** `acceleratedWebgpu` for a kernel that follows one that ran there: a gradient's, or a part of a layer. */
export function requiredWebgpu(kernel?: keyof Acceleration): WebGPUBackend {
  const backend = acceleratedWebgpu(kernel);
  if (backend) return backend;
  throw new Error('This kernel runs only where the one before it ran.');
}
