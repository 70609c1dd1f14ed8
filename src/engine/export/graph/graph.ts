/**
 * A forward pass in the making, in the terms of some format: its ops, its constants, and under
 * which name a value is found. What is said here every format of graphs can say; how, each says
 * in a file of its own.
 */
import { Value } from '../../autograd.ts';
import { EngineError } from '../../errors.ts';
import type { Param } from '../../params.ts';
import type { Constant, Trace, Weight } from './trace.ts';

export interface Convolution {
  readonly stride: number;
  readonly padding: number;
  /** A filter a channel, [C, 1, k, k], in place of [out, in, k, k]. */
  readonly depthwise: boolean;
  /** Name of what is added to every channel. */
  readonly bias?: string;
}

/** Names of a batch norm's parts, all [C]. */
export interface ChannelNorm {
  readonly weight: string;
  readonly bias: string;
  readonly mean: string;
  readonly variance: string;
  readonly epsilon: number;
}

export interface Windows {
  readonly size: number;
  readonly stride: number;
  readonly padding: number;
}

/** Methods that say an op take names of values and return the name of what comes of them. */
export abstract class Graph {
  /** Numbers that are weights, by name. */
  readonly floats = new Map<string, Weight>();
  readonly #constants: ReadonlyMap<Value, Constant>;
  readonly #names = new Map<Value, string>();
  #nameless = 0;

  constructor({ constants }: Pick<Trace, 'constants'>) {
    this.#constants = constants;
  }

  /** A value under its own shape. */
  name(value: Value | Param): string {
    const wanted = valueOf(value);
    const constant = this.#constants.get(wanted);
    const name =
      this.#names.get(wanted) ?? (constant ? this.float(constant.name, constant) : undefined);
    if (!name) throw new EngineError('internal', 'A value must be made before it is read.');
    this.set(wanted, name);
    return name;
  }

  set(value: Value, name: string): void {
    this.#names.set(value, name);
  }

  /** A feature map [B, H, W, C] in the order in which the format convolves. */
  map(value: Value): string {
    return this.name(value);
  }

  setMap(value: Value, name: string): void {
    this.set(value, name);
  }

  /** True where a value is there in the format's own order alone, and that is not ours. */
  isMap(_value: Value): boolean {
    return false;
  }

  /** The numbers of a value that does not depend on the image. */
  constant(value: Value | Param): Constant {
    const constant = this.#constants.get(valueOf(value));
    if (constant) return constant;
    throw new EngineError('internal', 'A weight must not depend on the image to be written down.');
  }

  float(name: string | null, weight: Weight): string {
    const own = name ?? `constant_${this.#nameless++}`;
    this.floats.set(own, weight);
    return own;
  }

  scalar(value: number): string {
    const read = (): Promise<Float32Array> => Promise.resolve(Float32Array.of(value));
    // A name of TensorFlow's may hold no plus.
    return this.float(`number_${value}`.replace('+', ''), { shape: [], read });
  }

  abstract add(a: string, b: string): string;
  abstract multiply(a: string, b: string): string;
  abstract relu(x: string): string;
  abstract sigmoid(x: string): string;
  /** x · Φ(x), with the error function. */
  abstract gelu(x: string): string;
  /** Over the last axis. */
  abstract softmax(x: string): string;
  /** Matrix product over the last two axes; the others are matched, or there on one side alone. */
  abstract product(a: string, b: string): string;
  /** One side may be −1: what is left, which the batch always is. */
  abstract reshape(x: string, shape: readonly number[]): string;
  abstract transpose(x: string, order: readonly number[]): string;
  /** What lies from `start` up to `end` along one axis. */
  abstract slice(x: string, axis: number, start: number, end: number): string;
  abstract join(parts: readonly string[], axis: number): string;
  /** Parts of equal size along one axis. */
  abstract split(x: string, axis: number, count: number): string[];
  /** So many rows below and columns to the right of a map in our order, all zeros. */
  abstract fillUp(x: string, rows: number, columns: number): string;
  /** The axes are gone afterwards. */
  abstract mean(x: string, axes: readonly number[]): string;
  /** A constant [1, …, C], of this shape, once for every image of `like`, [B, …, C]. */
  abstract repeat(constant: string, shape: readonly number[], like: string): string;
  /** Over the last axis. */
  abstract layerNorm(x: string, weight: string, bias: string, epsilon: number): string;
  /** Of maps in the format's order, as are the pools. */
  abstract convolve(map: string, kernel: Param, convolution: Convolution): string;
  abstract batchNorm(map: string, norm: ChannelNorm): string;
  /** What is padded never wins. */
  abstract maxPool(map: string, windows: Windows): string;
  /** Of 2×2 positions and of fewer at an odd edge. */
  abstract averagePool(map: string, height: number, width: number): string;
  /** Makes a value the graph's output. */
  abstract finish(value: Value): void;
}

function valueOf(value: Value | Param): Value {
  return value instanceof Value ? value : value.value;
}
