/**
 * A forward pass as a GraphDef of TensorFlow, in the JSON that its protocol buffers have and that
 * TensorFlow.js reads: whole numbers of 64 bits are texts in it, and texts are base64. Its maps
 * have channels last, as ours do.
 */
import * as tf from '@tensorflow/tfjs';
import { INPUT, OUTPUT } from '../../../lib/graph-names.ts';
import type { Value } from '../../autograd.ts';
import type { Param } from '../../params.ts';
import { Graph, type ChannelNorm, type Convolution, type Windows } from '../graph/graph.ts';
import type { Constant, Trace } from '../graph/trace.ts';

type DataType = 'DT_FLOAT' | 'DT_INT32';

export interface TensorShape {
  readonly dim: readonly { readonly size: string }[];
}

type AttrValue =
  | { readonly b: boolean }
  | { readonly f: number }
  | { readonly i: string }
  | { readonly s: string }
  | { readonly type: DataType }
  | { readonly shape: TensorShape }
  | { readonly list: { readonly i: readonly string[] } };

export interface NodeDef {
  readonly name: string;
  readonly op: string;
  readonly input: readonly string[];
  readonly attr: Readonly<Record<string, AttrValue>>;
}

/** Whole numbers of 32 bits that are shapes, axes and places. */
export interface Integers {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

/** Smaller than whatever a network computes. */
const LOWEST = -3.4028234663852886e38;

export class TensorFlowGraph extends Graph {
  /** All but the constants. */
  readonly nodes: NodeDef[] = [];
  readonly integers = new Map<string, Integers>();

  /** The images come as [B, S, S, 3]. */
  constructor(trace: Trace) {
    super(trace);
    const shape = tensorShape([-1, trace.size, trace.size, 3]);
    this.nodes.push({
      name: INPUT,
      op: 'Placeholder',
      input: [],
      attr: { dtype: { type: 'DT_FLOAT' }, shape: { shape } },
    });
    for (const value of trace.images) this.set(value, INPUT);
  }

  add(a: string, b: string): string {
    return this.#node('AddV2', [a, b]);
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

  gelu(x: string): string {
    const error = this.#node('Erf', [this.multiply(x, this.scalar(Math.SQRT1_2))]);
    const gate = this.add(error, this.scalar(1));
    return this.multiply(this.multiply(x, gate), this.scalar(0.5));
  }

  softmax(x: string): string {
    return this.#node('Softmax', [x]);
  }

  product(a: string, b: string): string {
    return this.#node('BatchMatMulV2', [a, b], { adj_x: { b: false }, adj_y: { b: false } });
  }

  reshape(x: string, shape: readonly number[]): string {
    return this.#node('Reshape', [x, this.#list(shape)], { Tshape: { type: 'DT_INT32' } });
  }

  transpose(x: string, order: readonly number[]): string {
    return this.#node('Transpose', [x, this.#list(order)], { Tperm: { type: 'DT_INT32' } });
  }

  slice(x: string, axis: number, start: number, end: number): string {
    const untouched = { i: String(2 ** axis - 1) }; // a bit for every axis before
    const before = new Array<number>(axis).fill(0);
    const places = [[...before, start], [...before, end], new Array<number>(axis + 1).fill(1)];
    return this.#node('StridedSlice', [x, ...places.map((values) => this.#list(values))], {
      Index: { type: 'DT_INT32' },
      begin_mask: untouched,
      end_mask: untouched,
    });
  }

  join(parts: readonly string[], axis: number): string {
    const attr = { N: { i: String(parts.length) }, Tidx: { type: 'DT_INT32' } } as const;
    return this.#node('ConcatV2', [...parts, this.#integer(axis)], attr);
  }

  split(x: string, axis: number, count: number): string[] {
    const name = this.#node('Split', [this.#integer(axis), x], { num_split: { i: String(count) } });
    return Array.from({ length: count }, (_, i) => (i === 0 ? name : `${name}:${i}`));
  }

  fillUp(x: string, rows: number, columns: number): string {
    const margins = this.#margins([0, rows], [0, columns]);
    return this.#node('Pad', [x, margins], { Tpaddings: { type: 'DT_INT32' } });
  }

  mean(x: string, axes: readonly number[]): string {
    return this.#mean(x, axes, false);
  }

  /** A sum with zeros of as many images, so that no shape has to be computed. */
  repeat(constant: string, _shape: readonly number[], like: string): string {
    return this.add(this.#node('ZerosLike', [this.slice(like, 1, 0, 1)]), constant);
  }

  layerNorm(x: string, weight: string, bias: string, epsilon: number): string {
    const centred = this.#node('Sub', [x, this.#mean(x, [-1], true)]);
    const variance = this.#mean(this.multiply(centred, centred), [-1], true);
    const inverse = this.#node('Rsqrt', [this.add(variance, this.scalar(epsilon))]);
    return this.add(this.multiply(this.multiply(centred, inverse), weight), bias);
  }

  convolve(map: string, kernel: Param, { stride, padding, depthwise, bias }: Convolution): string {
    const margins = [0, 0, padding, padding, padding, padding, 0, 0];
    // [out, in, k, k] as [k, k, in, out]; [C, 1, k, k] as [k, k, C, 1].
    const filter = this.#turned(kernel, depthwise ? [2, 3, 0, 1] : [2, 3, 1, 0]);
    const op = depthwise ? 'DepthwiseConv2dNative' : 'Conv2D';
    const convolved = this.#node(op, [map, filter], {
      strides: integers([1, stride, stride, 1]),
      dilations: integers([1, 1, 1, 1]),
      padding: text('EXPLICIT'),
      explicit_paddings: integers(margins),
      data_format: text('NHWC'),
    });
    return bias === undefined ? convolved : this.add(convolved, bias);
  }

  batchNorm(map: string, { weight, bias, mean, variance, epsilon }: ChannelNorm): string {
    return this.#node('FusedBatchNormV3', [map, weight, bias, mean, variance], {
      U: { type: 'DT_FLOAT' },
      epsilon: { f: epsilon },
      is_training: { b: false },
      data_format: text('NHWC'),
    });
  }

  maxPool(map: string, { size, stride, padding }: Windows): string {
    if (padding === 0) return this.#pool('MaxPool', map, size, stride, 'VALID');
    const margins = this.#margins([padding, padding], [padding, padding]);
    const attr = { Tpaddings: { type: 'DT_INT32' } } as const;
    const padded = this.#node('PadV2', [map, margins, this.scalar(LOWEST)], attr);
    return this.#pool('MaxPool', padded, size, stride, 'VALID');
  }

  averagePool(map: string): string {
    return this.#pool('AvgPool', map, 2, 2, 'SAME');
  }

  finish(value: Value): void {
    const attr = { T: { type: 'DT_FLOAT' } } as const;
    this.nodes.push({ name: OUTPUT, op: 'Identity', input: [this.name(value)], attr });
  }

  #mean(x: string, axes: readonly number[], keepsAxes: boolean): string {
    const attr = { keep_dims: { b: keepsAxes }, Tidx: { type: 'DT_INT32' } } as const;
    return this.#node('Mean', [x, this.#list(axes)], attr);
  }

  #pool(op: string, map: string, size: number, stride: number, padding: string): string {
    return this.#node(op, [map], {
      ksize: integers([1, size, size, 1]),
      strides: integers([1, stride, stride, 1]),
      padding: text(padding),
      data_format: text('NHWC'),
    });
  }

  /** Adds a node of floats; returns its name, which is that of its first output. */
  #node(op: string, input: readonly string[], attr: NodeDef['attr'] = {}): string {
    const name = `${op}_${this.nodes.length}`;
    this.nodes.push({ name, op, input, attr: { T: { type: 'DT_FLOAT' }, ...attr } });
    return name;
  }

  #turned(kernel: Param, order: readonly number[]): string {
    const constant = this.constant(kernel);
    return this.float(constant.name, turned(constant, order));
  }

  #integer(value: number): string {
    return this.#integers(`integer_${value}`, { shape: [], values: [value] });
  }

  #list(values: readonly number[]): string {
    return this.#integers(`list_${values.join('_')}`, { shape: [values.length], values });
  }

  /** Above and below, left and right. */
  #margins(rows: readonly [number, number], columns: readonly [number, number]): string {
    const values = [0, 0, ...rows, ...columns, 0, 0];
    return this.#integers(`margins_${values.join('_')}`, { shape: [4, 2], values });
  }

  #integers(name: string, value: Integers): string {
    this.integers.set(name, value);
    return name;
  }
}

/** −1 is a side that is left open. */
export function tensorShape(shape: readonly number[]): TensorShape {
  return { dim: shape.map((side) => ({ size: String(side) })) };
}

const text = (value: string): AttrValue => ({ s: btoa(value) });

const integers = (values: readonly number[]): AttrValue => ({ list: { i: values.map(String) } });

/** The same numbers with their axes in another order. */
function turned({ name, shape, read }: Constant, order: readonly number[]): Constant {
  const rearranged = async (): Promise<Float32Array> => {
    const data = await read();
    const tensor = tf.tidy(() => tf.transpose(tf.tensor(data, [...shape]), [...order]));
    const numbers = Float32Array.from(await tensor.data<'float32'>());
    tensor.dispose();
    return numbers;
  };
  return { name, shape: order.map((axis) => shape[axis] ?? 1), read: rearranged };
}
