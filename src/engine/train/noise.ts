import type * as tf from '@tensorflow/tfjs';
import type { Rng } from '../../lib/rng.ts';
import { EngineError } from '../errors.ts';
import { dropoutMask } from '../ops/dropout.ts';
import type { Noise } from '../ops/low-rank.ts';
import type { StepInput } from '../ops/recorder.ts';

/** Masks that a repeatable part of a step may ask for. */
const MASKS_A_STREAM = 2 ** 12;

/**
 * Random numbers of training steps. They depend on the seed, the step and the place in it alone, so
 * a run that goes on later has the same; and all that a step must be handed for them is one seed, so
 * that it can be recorded.
 */
export class StepNoise implements Noise {
  readonly #root: Rng;
  readonly #seed = new Int32Array(1);
  #tensor: tf.Tensor | null = null;
  #streams = 0;
  /** Of the next mask. */
  #number = 0;

  constructor(rng: Rng) {
    this.#root = rng;
  }

  /** What step number `step` is to be handed. */
  seedOf(step: number): StepInput {
    this.#seed[0] = this.#root.fork(step).integer(2 ** 32);
    return { values: this.#seed, shape: [1] };
  }

  /** The step begins that is handed this `seed`, as a tensor. */
  begin(seed: tf.Tensor): void {
    this.#tensor = seed;
    this.#streams = 0;
    this.#number = 0;
  }

  dropout(shape: readonly number[], rate: number): tf.Tensor {
    if (!this.#tensor)
      throw new EngineError('internal', 'A step must begin before it draws noise.');
    const seed = { tensor: this.#tensor, value: this.#seed[0] ?? 0 };
    return dropoutMask(seed, shape, { number: this.#number++, rate });
  }

  repeatable<T>(run: () => T): () => T {
    const first = ++this.#streams * MASKS_A_STREAM;
    return () => {
      const outer = this.#number;
      this.#number = first;
      try {
        return run();
      } finally {
        this.#number = outer;
      }
    };
  }
}
