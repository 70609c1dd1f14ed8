/** The tensors of a network: named as timm names them, shaped as PyTorch shapes them. */
import * as tf from '@tensorflow/tfjs';
import type { StateDict, TensorData } from '../lib/safetensors.ts';
import { madeWhenAsked, Value } from './autograd.ts';
import { EngineError } from './errors.ts';
import { KeptTensors } from './kept-tensors.ts';
import { canBeHalved, halved, packed, unpacked } from './kernels/halves.ts';

/** What a tensor is to the network; methods choose what they train by it. */
export type Role = 'weight' | 'bias' | 'norm' | 'embedding' | 'head' | 'statistic';

export interface ParamSpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly role: Role;
}

/** What lies on the device in half precision. */
interface Halves {
  readonly words: tf.Tensor;
}

/**
 * One named tensor. A trainable one is replaced after every optimizer step; a frozen one can lie
 * on the device in half precision.
 */
export class Param {
  readonly name: string;
  readonly shape: readonly number[];
  readonly trainable: boolean;
  /** What it was made of. */
  readonly source: TensorData;
  #kept: Value | Halves;
  readonly #layouts = new KeptTensors();

  /** `halves`: in half precision, where it is frozen and the device can. */
  constructor(name: string, data: TensorData, trainable: boolean, halves = false) {
    this.name = name;
    this.shape = data.shape;
    this.source = data;
    this.trainable = trainable;
    this.#kept =
      halves && !trainable && canBeHalved(data.data.length)
        ? { words: tf.keep(halved(data.data)) }
        : keptValue(data, trainable);
  }

  /** In single precision; of halves a copy, made when its tensor is asked for. */
  get value(): Value {
    const kept = this.#kept;
    if (kept instanceof Value) return kept;
    return madeWhenAsked(this.shape, () => unpacked(kept.words, this.shape));
  }

  /** What a kernel multiplies with: halves where they are kept, else the value's tensor. */
  get matrix(): tf.Tensor {
    return this.#kept instanceof Value ? this.#kept.tensor : this.#kept.words;
  }

  get size(): number {
    return this.shape.reduce((product, side) => product * side, 1);
  }

  /** The value's tensor; of halves the numbers they came from, in the enclosing tidy. */
  exact(): tf.Tensor {
    if (this.#kept instanceof Value) return this.#kept.tensor;
    return tf.tensor(this.source.data, [...this.shape]);
  }

  /** Keeps single precision from here on. */
  unpack(): void {
    if (this.#kept instanceof Value) return;
    const { words } = this.#kept;
    this.#kept = keptValue(this.source, this.trainable);
    words.dispose();
    this.#layouts.forget();
  }

  /** Takes over `tensor` as the new value and frees the old one. */
  assign(tensor: tf.Tensor): void {
    const old = this.matrix;
    this.#kept = new Value(tf.keep(tensor), this.trainable);
    old.dispose();
    this.#layouts.forget();
  }

  /**
   * The same numbers laid out otherwise (transposed, flipped …), freed by whoever owns the
   * enclosing tidy. A frozen tensor's layout is made once and kept.
   */
  derived(layout: string, make: (tensor: tf.Tensor) => tf.Tensor): tf.Tensor {
    if (this.trainable) return make(this.value.tensor);
    return this.#layouts.get(layout, () => make(this.value.tensor));
  }

  /** As `derived`, for a kernel to multiply with: halves where they are kept. */
  derivedMatrix(layout: string, make: (tensor: tf.Tensor) => tf.Tensor): tf.Tensor {
    if (this.#kept instanceof Value) return this.derived(layout, make);
    return this.#layouts.get(`${layout}, halves`, () => packed(make(this.value.tensor)));
  }

  async read(): Promise<TensorData> {
    if (!(this.#kept instanceof Value)) return this.source;
    const data = await this.#kept.tensor.data<'float32'>();
    return { shape: this.shape, data: Float32Array.from(data) };
  }

  dispose(): void {
    this.matrix.dispose();
    this.#layouts.forget();
  }
}

function keptValue({ data, shape }: TensorData, trainable: boolean): Value {
  return new Value(tf.keep(tf.tensor(data, [...shape])), trainable);
}

/** Frozen tensors on the device, by name. */
export type FrozenParams = Map<string, Param>;

/** Params by name; asking for one that is not there is a programming error with a sentence. */
export class ParamSet {
  readonly #params = new Map<string, Param>();

  /** `halves` as of `Param`. */
  add(name: string, data: TensorData, trainable: boolean, halves = false): void {
    this.put(new Param(name, data, trainable, halves));
  }

  /** Takes over a param that stands on the device. */
  put(param: Param): void {
    const { name } = param;
    if (this.#params.has(name)) {
      throw new EngineError('internal', `Tensor names are unique; "${name}" came twice.`);
    }
    this.#params.set(name, param);
  }

  /** Hands over all frozen params, which are the caller's to free. */
  release(): FrozenParams {
    const frozen = this.all().filter(({ trainable }) => !trainable);
    for (const { name } of frozen) this.#params.delete(name);
    return new Map(frozen.map((param) => [param.name, param]));
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
