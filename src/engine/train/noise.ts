import * as tf from '@tensorflow/tfjs';
import type { Rng } from '../../lib/rng.ts';
import type { Noise } from '../ops/low-rank.ts';

/** A draw starts anywhere in the pool, so the pool is this much longer than the longest draw. */
const ROOM = 2;
const SMALLEST = 2 ** 16;

/**
 * Random numbers that are drawn once, wait on the device, and are read from a seeded place each
 * time: the training loop never makes random numbers for activations in JavaScript.
 */
export class DeviceNoise implements Noise {
  readonly #rng: Rng;
  #pool: tf.Tensor1D | null = null;

  constructor(rng: Rng) {
    this.#rng = rng;
  }

  dropout(shape: readonly number[], rate: number): tf.Tensor {
    const size = shape.reduce((product, side) => product * side, 1);
    const pool = this.#poolFor(size);
    const start = this.#rng.integer(pool.size - size + 1);
    return tf.tidy(() => {
      const kept = tf.greaterEqual(tf.slice1d(pool, start, size), rate).toFloat();
      return tf.div(kept, 1 - rate).reshape([...shape]);
    });
  }

  dispose(): void {
    this.#pool?.dispose();
    this.#pool = null;
  }

  #poolFor(size: number): tf.Tensor1D {
    const length = Math.max(SMALLEST, ROOM * size);
    if (this.#pool && this.#pool.size >= length) return this.#pool;
    this.dispose();
    const values = Float32Array.from({ length }, () => this.#rng.uniform());
    this.#pool = tf.keep(tf.tensor1d(values));
    return this.#pool;
  }
}
