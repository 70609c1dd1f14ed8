/** Where our kernels run; everywhere else an op takes its reference in plain TensorFlow.js. */
import * as tf from '@tensorflow/tfjs';
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { MatrixUnits } from './products/contract.ts';

export interface Acceleration {
  /** A processor stands in for the graphics chip: shared memory and barriers only cost it time. */
  readonly emulated: boolean;
  /** Its name. */
  readonly adapter: string;
  readonly matrixUnits: MatrixUnits | null;
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

const NOT_EMULATED: Acceleration = { emulated: false, adapter: '', matrixUnits: null };

export function accelerationOf(backend: object): Acceleration {
  return accelerated.get(backend) ?? NOT_EMULATED;
}

/** The current backend where it is WebGPU and runs our kernels; null elsewhere. */
export function acceleratedWebgpu(): WebGPUBackend | null {
  const backend = tf.backend();
  return backend instanceof WebGPUBackend && isAccelerated(backend) ? backend : null;
}

/** `acceleratedWebgpu` for a kernel that follows one that ran there: a gradient's, or a part of a layer. */
export function requiredWebgpu(): WebGPUBackend {
  const backend = acceleratedWebgpu();
  if (backend) return backend;
  throw new Error('This kernel runs only where the one before it ran.');
}
