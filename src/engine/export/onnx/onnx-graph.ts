/**
 * A forward pass in ONNX's terms. Its convolutions want channels before rows, ours come last: a
 * feature map is kept in the order in which it was made and turned around when somebody wants the
 * other.
 */
import { INPUT, OUTPUT } from '../../../lib/graph-names.ts';
import { Value } from '../../autograd.ts';
import type { Param } from '../../params.ts';
import { Graph, type ChannelNorm, type Convolution, type Windows } from '../graph/graph.ts';
import type { Trace } from '../graph/trace.ts';

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

type Attributes = GraphNode['attributes'];

const TO_FIRST = [0, 3, 1, 2];
const TO_LAST = [0, 2, 3, 1];

export class OnnxGraph extends Graph {
  readonly nodes: GraphNode[] = [];
  /** Whole numbers that are shapes and places, by name. */
  readonly integers = new Map<string, readonly number[]>();
  /** Values in our order. */
  readonly #last = new Set<Value>();
  readonly #first = new Map<Value, string>();

  /** The images come as [B, 3, S, S]. */
  constructor(trace: Trace) {
    super(trace);
    for (const value of trace.images) this.#first.set(value, INPUT);
  }

  override name(value: Value | Param): string {
    if (value instanceof Value && this.isMap(value)) {
      this.set(value, this.transpose(this.map(value), TO_LAST));
    }
    return super.name(value);
  }

  override set(value: Value, name: string): void {
    this.#last.add(value);
    super.set(value, name);
  }

  /** As [B, C, H, W]. */
  override map(value: Value): string {
    const name = this.#first.get(value) ?? this.transpose(this.name(value), TO_FIRST);
    this.#first.set(value, name);
    return name;
  }

  override setMap(value: Value, name: string): void {
    this.#first.set(value, name);
  }

  override isMap(value: Value): boolean {
    return this.#first.has(value) && !this.#last.has(value);
  }

  add(a: string, b: string): string {
    return this.#node('Add', [a, b]);
  }

  multiply(a: string, b: string): string {
    return this.#node('Mul', [a, b]);
  }

  relu(x: string): string {
    return this.#node('Relu', [x]);
  }

  sigmoid(x: string): string {
    return this.#node('Sigmoid', [x]);
  }

  /** The pattern that runtimes know as one op; opset 20 has it as such, and fewer read that. */
  gelu(x: string): string {
    const error = this.#node('Erf', [this.#node('Div', [x, this.scalar(Math.SQRT2)])]);
    const gate = this.add(error, this.scalar(1));
    return this.multiply(this.multiply(x, gate), this.scalar(0.5));
  }

  softmax(x: string): string {
    return this.#node('Softmax', [x], { axis: { int: -1 } });
  }

  product(a: string, b: string): string {
    return this.#node('MatMul', [a, b]);
  }

  reshape(x: string, shape: readonly number[]): string {
    return this.#node('Reshape', [x, this.#list(shape)]);
  }

  transpose(x: string, order: readonly number[]): string {
    return this.#node('Transpose', [x], { perm: { ints: order } });
  }

  slice(x: string, axis: number, start: number, end: number): string {
    return this.#node('Slice', [x, this.#list([start]), this.#list([end]), this.#list([axis])]);
  }

  join(parts: readonly string[], axis: number): string {
    return this.#node('Concat', parts, { axis: { int: axis } });
  }

  split(x: string, axis: number, count: number): string[] {
    const name = `Split_${this.nodes.length}`;
    const outputs = Array.from({ length: count }, (_, i) => `${name}.${i}`);
    this.nodes.push({
      type: 'Split',
      name,
      inputs: [x],
      outputs,
      attributes: { axis: { int: axis } },
    });
    return outputs;
  }

  fillUp(x: string, rows: number, columns: number): string {
    return this.#node('Pad', [x, this.#list([0, 0, 0, 0, 0, rows, columns, 0])]);
  }

  mean(x: string, axes: readonly number[]): string {
    return this.#node('ReduceMean', [x], { axes: { ints: axes }, keepdims: { int: 0 } });
  }

  repeat(constant: string, [, ...same]: readonly number[], like: string): string {
    const batch = this.#node('Shape', [like], { start: { int: 0 }, end: { int: 1 } });
    return this.#node('Expand', [constant, this.join([batch, this.#list(same)], 0)]);
  }

  layerNorm(x: string, weight: string, bias: string, epsilon: number): string {
    const attributes = { axis: { int: -1 }, epsilon: { float: epsilon } };
    return this.#node('LayerNormalization', [x, weight, bias], attributes);
  }

  convolve(map: string, kernel: Param, { stride, padding, depthwise, bias }: Convolution): string {
    const [channels = 0, , ...sides] = kernel.shape;
    const inputs = [map, this.name(kernel), ...(bias === undefined ? [] : [bias])];
    return this.#node('Conv', inputs, {
      ...(depthwise ? { group: { int: channels } } : {}),
      kernel_shape: { ints: sides },
      strides: { ints: [stride, stride] },
      pads: { ints: [padding, padding, padding, padding] },
    });
  }

  batchNorm(map: string, { weight, bias, mean, variance, epsilon }: ChannelNorm): string {
    const inputs = [map, weight, bias, mean, variance];
    return this.#node('BatchNormalization', inputs, { epsilon: { float: epsilon } });
  }

  maxPool(map: string, { size, stride, padding }: Windows): string {
    return this.#node('MaxPool', [map], {
      kernel_shape: { ints: [size, size] },
      strides: { ints: [stride, stride] },
      pads: { ints: [padding, padding, padding, padding] },
    });
  }

  averagePool(map: string, height: number, width: number): string {
    return this.#node('AveragePool', [map], {
      kernel_shape: { ints: [2, 2] },
      strides: { ints: [2, 2] },
      pads: { ints: [0, 0, height % 2, width % 2] },
      count_include_pad: { int: 0 },
    });
  }

  finish(value: Value): void {
    const inputs = [this.name(value)];
    this.nodes.push({
      type: 'Identity',
      name: 'output',
      inputs,
      outputs: [OUTPUT],
      attributes: {},
    });
  }

  /** Adds a node with one output; returns the output's name. */
  #node(type: string, inputs: readonly string[], attributes: Attributes = {}): string {
    const name = `${type}_${this.nodes.length}`;
    this.nodes.push({ type, name, inputs, outputs: [name], attributes });
    return name;
  }

  #list(values: readonly number[]): string {
    const name = `list_${values.join('_')}`;
    this.integers.set(name, values);
    return name;
  }
}
