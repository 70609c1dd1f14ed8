/** How fast the device is, and what makes it faster. */
import * as tf from '@tensorflow/tfjs';
import { acceleratedWebgpu, accelerationOf } from '../kernels/acceleration.ts';
import { pipelinesReady, withoutDispatching } from '../kernels/pipelines.ts';
import {
  bestProduct,
  measuredTilings as tilingsOf,
  measureTilings,
  recallTilings as recall,
  unnoticed,
  type MeasuredTilings,
} from '../kernels/products/choose.ts';
import { matmul } from './matmul.ts';

export { inHalfPrecision } from '../kernels/products/choose.ts';
export type { MeasuredTilings } from '../kernels/products/choose.ts';
export { countedFlops } from '../kernels/work.ts';

/**
 * To be called between steps, the first above all: finds out which kernels are fastest for the
 * sizes that came up, and has later steps take them. False where nothing was to be found out.
 */
export async function settleKernels(): Promise<boolean> {
  const backend = acceleratedWebgpu();
  return backend !== null && (await measureTilings(backend));
}

/** What `settleKernels` has found out; null where it has nothing to find out. */
export function measuredTilings(): MeasuredTilings | null {
  const backend = acceleratedWebgpu();
  return backend && !accelerationOf(backend).emulated ? tilingsOf(backend) : null;
}

/** Has `settleKernels` begin with what was found out before on the same adapter. */
export function recallTilings(measured: MeasuredTilings): void {
  const backend = acceleratedWebgpu();
  if (backend) recall(backend, measured);
}

/**
 * Runs something of which only the tensors it makes matter, not their numbers: where our kernels
 * run, nothing is computed, and the shaders it needs begin to compile.
 */
export function rehearse<T>(run: () => T): T {
  return acceleratedWebgpu() ? unnoticed(() => withoutDispatching(run)) : run();
}

/**
 * Waits for the shaders of what was rehearsed, and of `run`, which is rehearsed first where there are
 * shaders: they compile side by side.
 */
export async function shadersReady(
  run: () => void,
  onProgress: (done: number, total: number) => void = () => undefined,
): Promise<void> {
  const backend = acceleratedWebgpu();
  if (!backend) return;
  rehearse(run);
  await pipelinesReady(backend, onProgress);
}

/** Sides of the matrices that a graphics chip and a processor multiply best. */
const CHIP = 4096;
const PROCESSOR = 768;
const ROUNDS = 5;

/** Floating-point operations a second of the fastest large product on the current backend. */
export async function bestProductFlops(): Promise<number> {
  const backend = acceleratedWebgpu();
  const isChip = backend !== null && !accelerationOf(backend).emulated;
  const side = isChip ? CHIP : PROCESSOR;
  if (backend) return bestProduct(backend, side);
  const matrix = tf.randomNormal<tf.Rank.R2>([side, side]);
  let best = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    const corner = tf.tidy(() => matmul(matrix, matrix).slice([0, 0], [1, 1]));
    await corner.data();
    best = Math.max(best, (2 * side ** 3) / ((performance.now() - start) / 1000));
    corner.dispose();
  }
  matrix.dispose();
  return best;
}
