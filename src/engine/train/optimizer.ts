import * as tf from '@tensorflow/tfjs';
import { adamW } from '../ops/adamw.ts';
import { join, split } from '../ops/flat.ts';
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
    const next = tf.tidy(() => {
      const state = {
        parameters: join(this.#params.map((param) => param.value.tensor)),
        momentum: this.#momentum,
        variance: this.#variance,
      };
      const factors = {
        beta1,
        beta2,
        epsilon,
        kept: 1 - learningRate * weightDecay,
        rate: learningRate / (1 - beta1 ** this.#steps),
        correction: Math.sqrt(1 - beta2 ** this.#steps),
      };
      const { parameters, momentum, variance } = adamW(state, gradient, factors);
      const values = split(
        parameters.as1D(),
        this.#params.map(({ shape }) => shape),
      );
      return { momentum, variance, values };
    });
    this.#replace(next.momentum.as1D(), next.variance.as1D());
    this.#params.forEach((param, i) => {
      const tensor = next.values[i];
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
}

/** Gradients of all parameters as one vector, in their order; takes them from the leaves and frees them. */
export function flattenGradients(params: readonly Param[]): tf.Tensor1D {
  return tf.tidy(() => {
    const parts = params.map((param) => {
      const gradient = param.value.gradient ?? tf.keep(tf.zeros([...param.shape]));
      param.value.gradient = null;
      return gradient;
    });
    const flat = join(parts);
    tf.dispose(parts);
    return flat;
  });
}
