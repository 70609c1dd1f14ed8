/** The tensors of a network: named as timm names them, shaped as PyTorch shapes them. */
import * as tf from '@tensorflow/tfjs';
import type { StateDict, TensorData } from '../lib/safetensors.ts';
import { Value } from './autograd.ts';
import { EngineError } from './errors.ts';
import { KeptTensors } from './kept-tensors.ts';

/** What a tensor is to the network; methods choose what they train by it. */
export type Role = 'weight' | 'bias' | 'norm' | 'embedding' | 'head' | 'statistic';

export interface ParamSpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly role: Role;
}

/** One named tensor. A trainable one is replaced after every optimizer step. */
export class Param {
  readonly name: string;
  readonly shape: readonly number[];
  readonly trainable: boolean;
  #value: Value;
  readonly #layouts = new KeptTensors();

  constructor(name: string, data: TensorData, trainable: boolean) {
    this.name = name;
    this.shape = data.shape;
    this.trainable = trainable;
    this.#value = new Value(tf.keep(tf.tensor(data.data, [...data.shape])), trainable);
  }

  get value(): Value {
    return this.#value;
  }

  get size(): number {
    return this.shape.reduce((product, side) => product * side, 1);
  }

  /** Takes over `tensor` as the new value and frees the old one. */
  assign(tensor: tf.Tensor): void {
    const old = this.#value.tensor;
    this.#value = new Value(tf.keep(tensor), this.trainable);
    old.dispose();
    this.#layouts.forget();
  }

  /**
   * The same numbers laid out otherwise (transposed, flipped …), freed by whoever owns the
   * enclosing tidy. A frozen tensor's layout is made once and kept.
   */
  derived(layout: string, make: (tensor: tf.Tensor) => tf.Tensor): tf.Tensor {
    if (this.trainable) return make(this.#value.tensor);
    return this.#layouts.get(layout, () => make(this.#value.tensor));
  }

  async read(): Promise<TensorData> {
    const data = await this.#value.tensor.data<'float32'>();
    return { shape: this.shape, data: Float32Array.from(data) };
  }

  dispose(): void {
    this.#value.tensor.dispose();
    this.#layouts.forget();
  }
}

/** Params by name; asking for one that is not there is a programming error with a sentence. */
export class ParamSet {
  readonly #params = new Map<string, Param>();

  add(name: string, data: TensorData, trainable: boolean): void {
    if (this.#params.has(name)) {
      throw new EngineError('internal', `Tensor names are unique; "${name}" came twice.`);
    }
    this.#params.set(name, new Param(name, data, trainable));
  }

  get(name: string): Param {
    const param = this.#params.get(name);
    if (!param) throw new EngineError('internal', `The network has no tensor named "${name}".`);
    return param;
  }

  find(name: string): Param | undefined {
    return this.#params.get(name);
  }

  all(): Param[] {
    return [...this.#params.values()];
  }

  /** Trainable tensors, sorted by name, so that flat views agree between runs. */
  trainable(): Param[] {
    return this.all()
      .filter((param) => param.trainable)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Reads the named tensors back from the device. */
  async stateDict(params: readonly Param[]): Promise<StateDict> {
    const entries = await Promise.all(
      params.map(async (param) => [param.name, await param.read()] as const),
    );
    return new Map(entries);
  }

  dispose(): void {
    for (const param of this.#params.values()) param.dispose();
    this.#params.clear();
  }
}
