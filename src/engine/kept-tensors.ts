import * as tf from '@tensorflow/tfjs';
import { dispatchesNothing } from './kernels/pipelines.ts';

/** Tensors that are made once, when they are first asked for, and live until they are forgotten. */
export class KeptTensors<T extends tf.Tensor = tf.Tensor> {
  readonly #tensors = new Map<string, T>();

  /** In a rehearsal, which computes nothing, the result is the enclosing tidy's: its numbers are not to stay. */
  get(name: string, make: () => T): T {
    const known = this.#tensors.get(name);
    if (known) return known;
    if (dispatchesNothing()) return make();
    const made = tf.keep(tf.tidy(make));
    this.#tensors.set(name, made);
    return made;
  }

  forget(): void {
    for (const tensor of this.#tensors.values()) tensor.dispose();
    this.#tensors.clear();
  }
}
