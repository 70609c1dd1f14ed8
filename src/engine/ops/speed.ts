/** How fast the device is, and what makes it faster. */
import * as tf from '@tensorflow/tfjs';
import { acceleratedWebgpu, accelerationOf } from '../kernels/acceleration.ts';
import { bestProduct, measureTilings, unnoticed } from '../kernels/products/choose.ts';
import { matmul } from './matmul.ts';

export { countedFlops } from '../kernels/work.ts';

/**
 * To be called between steps, the first above all: finds out which kernels are fastest for the
 * sizes that came up, and has later steps take them. Does nothing where there is nothing to choose.
 */
export async function settleKernels(): Promise<void> {
  const backend = acceleratedWebgpu();
  if (backend) await measureTilings(backend);
}

/** Runs something for whose sizes no kernels are chosen. */
export function withoutMeasuring<T>(run: () => T): T {
  return unnoticed(run);
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
