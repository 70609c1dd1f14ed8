/**
 * An ONNX graph in the making: nodes, constants, and under which name a forward pass's values are
 * found in it. Convolutions of ONNX want channels before rows, ours come last: a feature map is
 * kept in the order in which it was made and turned around when somebody wants the other.
 */
import type { TensorData } from '../../../lib/safetensors.ts';
import { Value } from '../../autograd.ts';
import { EngineError } from '../../errors.ts';
import type { Param } from '../../params.ts';
import type { Constant, Trace } from './trace.ts';

/** ONNX tells whole numbers from others. */
export type Attribute =
  { readonly int: number } | { readonly ints: readonly number[] } | { readonly float: number };

export interface GraphNode {
  readonly type: string;
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

const TO_FIRST = [0, 3, 1, 2];
const TO_LAST = [0, 2, 3, 1];

export class Graph {
  readonly nodes: GraphNode[] = [];
  /** Numbers that are weights, by name. */
  readonly floats = new Map<string, TensorData>();
  /** Whole numbers that are shapes and places, by name. */
  readonly integers = new Map<string, readonly number[]>();
  readonly #constants: ReadonlyMap<Value, Constant>;
  readonly #last = new Map<Value, string>();
  readonly #first = new Map<Value, string>();
  #nameless = 0;

  /** @param image the graph's input, [B, 3, S, S]. */
  constructor({ images, constants }: Pick<Trace, 'images' | 'constants'>, image: string) {
    this.#constants = constants;
    for (const value of images) this.#first.set(value, image);
  }

  /** Adds a node with one output; returns the output's name. */
  node(
    type: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>> = {},
  ): string {
    return this.split(type, inputs, 1, attributes)[0] ?? '';
  }

  /** Adds a node with several outputs; returns their names. */
  split(
    type: string,
    inputs: readonly string[],
    count: number,
    attributes: Readonly<Record<string, Attribute>> = {},
  ): string[] {
    const name = `${type}_${this.nodes.length}`;
    const outputs = Array.from({ length: count }, (_, i) => (count > 1 ? `${name}.${i}` : name));
    this.nodes.push({ type, name, inputs, outputs, attributes });
    return outputs;
  }

  /** A value under its own shape. */
  name(value: Value | Param): string {
    const wanted = value instanceof Value ? value : value.value;
    const constant = this.#constants.get(wanted);
    const known = this.#last.get(wanted) ?? (constant && this.#addConstant(constant));
    const map = this.#first.get(wanted);
    const name = known ?? (map && this.transpose(map, TO_LAST));
    if (!name) throw new EngineError('internal', 'A value must be made before it is read.');
    this.#last.set(wanted, name);
    return name;
  }

  /** A feature map [B, H, W, C] as [B, C, H, W]. */
  map(value: Value): string {
    const name = this.#first.get(value) ?? this.transpose(this.name(value), TO_FIRST);
    this.#first.set(value, name);
    return name;
  }

  /** True where a value is there with its channels first alone. */
  isMap(value: Value): boolean {
    return this.#first.has(value) && !this.#last.has(value);
  }

  set(value: Value, name: string): void {
    this.#last.set(value, name);
  }

  setMap(value: Value, name: string): void {
    this.#first.set(value, name);
  }

  /** The numbers of a value that does not depend on the image. */
  constant(value: Value | Param): Constant {
    const wanted = value instanceof Value ? value : value.value;
    const constant = this.#constants.get(wanted);
    if (constant) return constant;
    throw new EngineError('internal', 'A weight must not depend on the image to be written down.');
  }

  float(name: string | null, data: TensorData): string {
    const own = name ?? `constant_${this.#nameless++}`;
    this.floats.set(own, data);
    return own;
  }

  scalar(value: number): string {
    return this.float(`number_${value}`, { shape: [], data: Float32Array.of(value) });
  }

  list(values: readonly number[]): string {
    const name = `list_${values.join('_')}`;
    this.integers.set(name, values);
    return name;
  }

  /** One side may be −1: what is left, which the batch always is. */
  reshape(name: string, shape: readonly number[]): string {
    return this.node('Reshape', [name, this.list(shape)]);
  }

  transpose(name: string, order: readonly number[]): string {
    return this.node('Transpose', [name], { perm: { ints: order } });
  }

  /** What lies from `start` up to `end` along one axis. */
  slice(name: string, axis: number, start: number, end: number): string {
    return this.node('Slice', [name, this.list([start]), this.list([end]), this.list([axis])]);
  }

  /** Gives a value the name of the graph's output. */
  finish(value: Value, name: string): void {
    const inputs = [this.name(value)];
    this.nodes.push({ type: 'Identity', name: 'output', inputs, outputs: [name], attributes: {} });
  }

  #addConstant(constant: Constant): string {
    return this.float(constant.name, constant);
  }
}
