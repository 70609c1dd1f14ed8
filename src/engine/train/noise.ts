import * as tf from '@tensorflow/tfjs';
import type { Rng } from '../../lib/rng.ts';
import type { Noise } from '../ops/low-rank.ts';

/** Four megabytes on the device. */
const POOL = 2 ** 20;
/** A draw is made of stretches of at most this length, each from its own place in the pool. */
const STRETCH = POOL / 4;

/**
 * Random numbers that are drawn once, wait on the device, and are read from seeded places: the
 * training loop never makes random numbers for activations in JavaScript. What a step reads
 * depends on the seed and the step alone, so a run that goes on later reads the same.
 */
export class DeviceNoise implements Noise {
  readonly #root: Rng;
  /** Of the present step. */
  #stepRng: Rng;
  #rng: Rng;
  #streams = 0;
  #pool: tf.Tensor1D | null = null;
  #draws = 0;

  constructor(rng: Rng) {
    this.#root = rng;
    this.#stepRng = this.#rng = rng.fork(0);
  }

  /** From here on, numbers are those of this step. */
  begin(step: number): void {
    this.#stepRng = this.#rng = this.#root.fork(step);
    this.#streams = 0;
  }

  /** How often numbers were asked for. */
  get draws(): number {
    return this.#draws;
  }

  dropout(shape: readonly number[], rate: number): tf.Tensor {
    this.#draws++;
    const size = shape.reduce((product, side) => product * side, 1);
    return tf.tidy(() => {
      const kept = tf.greaterEqual(this.#uniform(size), rate).toFloat();
      return tf.div(kept, 1 - rate).reshape([...shape]);
    });
  }

  repeatable<T>(run: () => T): () => T {
    const stream = this.#streams++;
    return () => {
      const outer = this.#rng;
      this.#rng = this.#stepRng.fork(stream);
      try {
        return run();
      } finally {
        this.#rng = outer;
      }
    };
  }

  dispose(): void {
    this.#pool?.dispose();
    this.#pool = null;
  }

  /** Numbers from 0 to 1. */
  #uniform(size: number): tf.Tensor1D {
    const pool = (this.#pool ??= this.#draw());
    const stretches: tf.Tensor1D[] = [];
    for (let from = 0; from < size; from += STRETCH) {
      const length = Math.min(STRETCH, size - from);
      stretches.push(tf.slice1d(pool, this.#rng.integer(POOL - length + 1), length));
    }
    return tf.concat1d(stretches);
  }

  #draw(): tf.Tensor1D {
    const rng = this.#root.fork('pool');
    const values = Float32Array.from({ length: POOL }, () => rng.uniform());
    return tf.keep(tf.tensor1d(values));
  }
}
