/**
 * An ONNX graph as the bytes of a file. Opset 17 and version 8 of the format: the first with layer
 * norm as one op, and read by every ONNX Runtime since 1.12 (June 2022). `onnx-pb.ts` is what Buf's
 * protoc-gen-es makes of `onnx.proto`, the schema that ONNX publishes.
 */
import { create, toBinary, type MessageInitShape } from '@bufbuild/protobuf';
import { float32ToFloat16 } from '../../../lib/half-floats.ts';
import { INPUT, OUTPUT } from '../../../lib/onnx-names.ts';
import type { TensorData } from '../../../lib/safetensors.ts';
import type { Attribute, Graph, GraphNode } from './graph.ts';
import {
  AttributeProto_AttributeType,
  ModelProtoSchema,
  TensorProto_DataType,
  type AttributeProtoSchema,
  type NodeProtoSchema,
  type TensorProtoSchema,
  type ValueInfoProtoSchema,
} from './onnx-pb.ts';

/** How weights are kept in the file; computed is in float32 either way. */
export type Precision = 'float32' | 'float16';

export interface FileDescription {
  /** Side of the square input, in pixels. */
  readonly size: number;
  /** Of the output, the batch left out. */
  readonly output: readonly number[];
  readonly precision: Precision;
  /** Texts that a program can read from the file. */
  readonly metadata: Readonly<Record<string, string>>;
}

const { FLOAT, FLOAT16, INT64 } = TensorProto_DataType;

type Initializer = MessageInitShape<typeof TensorProtoSchema>;
type Node = MessageInitShape<typeof NodeProtoSchema>;

export function encodeOnnx(graph: Graph, description: FileDescription): Uint8Array<ArrayBuffer> {
  const { size, output, precision, metadata } = description;
  const initializer: Initializer[] = [];
  const casts: Node[] = [];
  for (const [name, values] of graph.integers) initializer.push(integers(name, values));
  for (const [name, tensor] of graph.floats) {
    const half = precision === 'float16' ? halved(tensor) : null;
    if (half) {
      initializer.push({ ...half, name: `${name}.float16` });
      casts.push(cast(`${name}.float16`, name));
    } else {
      initializer.push({ ...single(tensor), name });
    }
  }
  const model = create(ModelProtoSchema, {
    irVersion: 8n,
    producerName: 'SAN Studio',
    opsetImport: [{ domain: '', version: 17n }],
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    graph: {
      name: 'classifier',
      input: [valueInfo(INPUT, [3, size, size])],
      output: [valueInfo(OUTPUT, output)],
      initializer,
      node: [...casts, ...graph.nodes.map(node)],
    },
  });
  return Uint8Array.from(toBinary(ModelProtoSchema, model));
}

/** How many images come together is left open. */
function valueInfo(
  name: string,
  shape: readonly number[],
): MessageInitShape<typeof ValueInfoProtoSchema> {
  const dim = [
    { value: { case: 'dimParam', value: 'batch' } } as const,
    ...shape.map((side) => ({ value: { case: 'dimValue', value: BigInt(side) } }) as const),
  ];
  return {
    name,
    type: { value: { case: 'tensorType', value: { elemType: FLOAT, shape: { dim } } } },
  };
}

function node({ type, name, inputs, outputs, attributes }: GraphNode): Node {
  return {
    opType: type,
    name,
    input: [...inputs],
    output: [...outputs],
    attribute: Object.entries(attributes).map(([key, value]) => attribute(key, value)),
  };
}

function attribute(name: string, value: Attribute): MessageInitShape<typeof AttributeProtoSchema> {
  const { INT, INTS, FLOAT: SINGLE } = AttributeProto_AttributeType;
  if ('int' in value) return { name, type: INT, i: BigInt(value.int) };
  if ('ints' in value) return { name, type: INTS, ints: value.ints.map(BigInt) };
  return { name, type: SINGLE, f: value.float };
}

const dims = (shape: readonly number[]): bigint[] => shape.map(BigInt);

function integers(name: string, values: readonly number[]): Initializer {
  const rawData = new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
  return { name, dims: dims([values.length]), dataType: INT64, rawData };
}

function single({ shape, data }: TensorData): Initializer {
  return { dims: dims(shape), dataType: FLOAT, rawData: bytesOf(data) };
}

/**
 * A weight in half precision. Vectors stay as they are: they take no room, and a batch norm's
 * statistics may be too large. So does a matrix that holds such a number; null for both.
 */
function halved({ shape, data }: TensorData): Initializer | null {
  if (shape.length < 2 || data.some((value) => Math.abs(value) > LARGEST_HALF)) return null;
  return { dims: dims(shape), dataType: FLOAT16, rawData: bytesOf(float32ToFloat16(data)) };
}

const LARGEST_HALF = 65_504;

/**
 * The graph computes in float32: a processor has few ops in half precision, and a runtime makes
 * the whole weight out of its half once, when it opens the file.
 */
function cast(from: string, to: string): Node {
  const attributes = { to: { int: FLOAT } };
  return node({ type: 'Cast', name: to, inputs: [from], outputs: [to], attributes });
}

/** Both sides are little-endian. */
function bytesOf({ buffer, byteOffset, byteLength }: Float32Array | Uint16Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
