import * as tf from '@tensorflow/tfjs';
import type { Param } from '../params.ts';

export interface AdamWSettings {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
}

export const ADAMW_DEFAULTS = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

/**
 * AdamW with decoupled weight decay (Loshchilov & Hutter 2019), step for step as
 * torch.optim.AdamW, on every parameter at once: one flat vector, a handful of ops.
 */
export class AdamW {
  readonly #params: readonly Param[];
  readonly #settings: AdamWSettings;
  #momentum: tf.Tensor1D;
  #variance: tf.Tensor1D;
  #steps = 0;

  constructor(params: readonly Param[], settings: AdamWSettings) {
    this.#params = params;
    this.#settings = settings;
    const size = params.reduce((sum, param) => sum + param.size, 0);
    this.#momentum = tf.keep(tf.zeros<tf.Rank.R1>([size]));
    this.#variance = tf.keep(tf.zeros<tf.Rank.R1>([size]));
  }

  /**
   * Moves the parameters by one step along `gradient`, the flat view of `flattenGradients`.
   * The step's rate may differ every time.
   */
  step(gradient: tf.Tensor1D, learningRate: number): void {
    const { beta1, beta2, epsilon, weightDecay } = this.#settings;
    this.#steps++;
    const correction1 = 1 - beta1 ** this.#steps;
    const correction2 = Math.sqrt(1 - beta2 ** this.#steps);
    const { momentum, variance, updated } = tf.tidy(() => {
      const old = tf.concat1d(this.#params.map((param) => param.value.tensor.flatten()));
      const m = tf.add(tf.mul(this.#momentum, beta1), tf.mul(gradient, 1 - beta1));
      const v = tf.add(tf.mul(this.#variance, beta2), tf.mul(tf.square(gradient), 1 - beta2));
      const denominator = tf.add(tf.div(tf.sqrt(v), correction2), epsilon);
      const decayed = tf.mul(old, 1 - learningRate * weightDecay);
      const next = tf.sub(decayed, tf.mul(tf.div(m, denominator), learningRate / correction1));
      return { momentum: m, variance: v, updated: this.#split(next) };
    });
    this.#replace(momentum.as1D(), variance.as1D());
    this.#params.forEach((param, i) => {
      const tensor = updated[i];
      if (tensor) param.assign(tensor);
    });
  }

  dispose(): void {
    tf.dispose([this.#momentum, this.#variance]);
  }

  #replace(momentum: tf.Tensor1D, variance: tf.Tensor1D): void {
    this.dispose();
    this.#momentum = tf.keep(momentum);
    this.#variance = tf.keep(variance);
  }

  #split(flat: tf.Tensor): tf.Tensor[] {
    let offset = 0;
    return this.#params.map((param) => {
      const part = tf.slice(flat, [offset], [param.size]).reshape([...param.shape]);
      offset += param.size;
      return part;
    });
  }
}

/** Gradients of all parameters as one vector, in their order; takes them from the leaves and frees them. */
export function flattenGradients(params: readonly Param[]): tf.Tensor1D {
  return tf.tidy(() => {
    const parts = params.map((param) => {
      const gradient = param.value.gradient;
      param.value.gradient = null;
      if (!gradient) return tf.zeros<tf.Rank.R1>([param.size]);
      const flat = gradient.flatten();
      gradient.dispose();
      return flat;
    });
    return tf.concat1d(parts);
  });
}
