import * as tf from '@tensorflow/tfjs';
import { adamW, factorVector, type AdamWFactors } from '../ops/adamw.ts';
import { join, overwrite, split } from '../ops/flat.ts';
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

  /** Counts a step and gives what it is made of; every step's rate may differ. */
  next(learningRate: number): AdamWFactors {
    const { beta1, beta2, epsilon, weightDecay } = this.#settings;
    this.#steps++;
    return {
      beta1,
      beta2,
      epsilon,
      kept: 1 - learningRate * weightDecay,
      rate: learningRate / (1 - beta1 ** this.#steps),
      correction: Math.sqrt(1 - beta2 ** this.#steps),
    };
  }

  /** Moves the parameters by one step along `gradient`, the flat view of `flattenGradients`. */
  step(gradient: tf.Tensor1D, learningRate: number): void {
    const factors = this.next(learningRate);
    tf.tidy(() => {
      this.apply(gradient, factors, tf.tensor1d(factorVector(factors)));
    });
  }

  /** The step of `factors`. @param vector `factorVector(factors)` on the device. */
  apply(gradient: tf.Tensor1D, factors: AdamWFactors, vector: tf.Tensor): void {
    const tensors = this.#params.map((param) => param.value.tensor);
    const next = tf.tidy(() => {
      const state = {
        parameters: join(tensors),
        momentum: this.#momentum,
        variance: this.#variance,
      };
      const { parameters, momentum, variance } = adamW(state, gradient, factors, vector);
      const flat = parameters.as1D();
      const isDone = overwrite(tensors, flat);
      const shapes = this.#params.map(({ shape }) => shape);
      return { momentum, variance, values: isDone ? [] : split(flat, shapes) };
    });
    this.#replace(next.momentum, next.variance);
    this.#params.forEach((param, i) => {
      const tensor = next.values[i];
      if (tensor) param.assign(tensor);
    });
  }

  /** What lives from step to step beside the parameters: two means as long as all of them. */
  get state(): readonly [tf.Tensor1D, tf.Tensor1D] {
    return [this.#momentum, this.#variance];
  }

  /** Steps taken so far. */
  get steps(): number {
    return this.#steps;
  }

  /** Goes on where another one was after `steps` steps. */
  restore(steps: number, momentum: Float32Array, variance: Float32Array): void {
    this.#steps = steps;
    this.#replace(tf.tensor1d(momentum), tf.tensor1d(variance));
  }

  dispose(): void {
    tf.dispose([this.#momentum, this.#variance]);
  }

  #replace(momentum: tf.Tensor, variance: tf.Tensor): void {
    if (momentum === this.#momentum) return; // changed in place
    this.dispose();
    this.#momentum = tf.keep(momentum.as1D());
    this.#variance = tf.keep(variance.as1D());
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
