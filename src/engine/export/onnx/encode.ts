/**
 * An ONNX graph as the bytes of a file. Opset 17 and version 8 of the format: the first with layer
 * norm as one op, and read by every ONNX Runtime since 1.12 (June 2022). `onnx-pb.ts` is what Buf's
 * protoc-gen-es makes of `onnx.proto`, the schema that ONNX publishes.
 */
import { create, toBinary, type MessageInitShape } from '@bufbuild/protobuf';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { float32ToFloat16 } from '../../../lib/half-floats.ts';
import { INPUT, OUTPUT } from '../../../lib/graph-names.ts';
import { bytesOf, canBeHalved, type Precision } from '../graph/precision.ts';
import type { Weight } from '../graph/trace.ts';
import type { Attribute, GraphNode, OnnxGraph } from './onnx-graph.ts';
import {
  AttributeProto_AttributeType,
  GraphProtoSchema,
  ModelProtoSchema,
  TensorProto_DataType,
  TensorProtoSchema,
  type AttributeProtoSchema,
  type NodeProtoSchema,
  type ValueInfoProtoSchema,
} from './onnx-pb.ts';

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

type Bytes = Uint8Array<ArrayBuffer>;
type Node = MessageInitShape<typeof NodeProtoSchema>;

/** A weight as the file has it, but for its numbers. */
interface StoredWeight {
  readonly name: string;
  readonly weight: Weight;
  readonly half: boolean;
}

/**
 * The file's bytes, piece by piece: as many weights are in memory as one layer has. A message
 * begins with its length, which here is known from the shapes.
 */
export async function* encodeOnnx(
  graph: OnnxGraph,
  description: FileDescription,
): AsyncGenerator<Bytes> {
  const { size, output, precision, metadata } = description;
  const weights: StoredWeight[] = [];
  for (const [name, weight] of graph.floats) {
    const half = precision === 'float16' && (await canBeHalved(weight));
    weights.push({ name, weight, half });
  }
  const model = create(ModelProtoSchema, {
    irVersion: 8n,
    producerName: 'SAN Studio',
    opsetImport: [{ domain: '', version: 17n }],
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
  });
  const rest = create(GraphProtoSchema, {
    name: 'classifier',
    input: [valueInfo(INPUT, [3, size, size])],
    output: [valueInfo(OUTPUT, output)],
    initializer: [...graph.integers].map(([name, values]) => integers(name, values)),
    node: [...weights.flatMap(casts), ...graph.nodes.map(node)],
  });
  const head = toBinary(GraphProtoSchema, rest);
  const frames = weights.map(frame);
  const length = frames.reduce((sum, { start, bytes }) => sum + start.length + bytes, head.length);
  yield joined(
    toBinary(ModelProtoSchema, model),
    field(ModelProtoSchema.field.graph.number, length),
    head,
  );
  for (const { start, read } of frames) {
    yield start;
    yield await read();
  }
}

/** What begins a field that has a length. */
function field(number: number, length: number): Uint8Array {
  return new BinaryWriter().tag(number, WireType.LengthDelimited).uint32(length).finish();
}

/** What comes before a weight's numbers, their length in bytes, and they themselves. */
function frame({ name, weight, half }: StoredWeight): {
  start: Bytes;
  bytes: number;
  read: () => Promise<Bytes>;
} {
  const { shape } = weight;
  const bytes = shape.reduce((product, side) => product * side, 1) * (half ? 2 : 4);
  const [dataType, stored] = half ? [FLOAT16, halfName(name)] : [FLOAT, name];
  const described = create(TensorProtoSchema, { name: stored, dims: dims(shape), dataType });
  const tensor = toBinary(TensorProtoSchema, described);
  const raw = field(TensorProtoSchema.field.rawData.number, bytes);
  const whole = tensor.length + raw.length + bytes;
  const start = joined(field(GraphProtoSchema.field.initializer.number, whole), tensor, raw);
  const read = async (): Promise<Bytes> => {
    const data = await weight.read();
    return bytesOf(half ? float32ToFloat16(data) : data);
  };
  return { start, bytes, read };
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

function integers(
  name: string,
  values: readonly number[],
): MessageInitShape<typeof TensorProtoSchema> {
  const rawData = new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
  return { name, dims: dims([values.length]), dataType: INT64, rawData };
}

/**
 * The graph computes in float32: a processor has few ops in half precision, and a runtime makes
 * the whole weight out of its half once, when it opens the file.
 */
function casts({ name, half }: StoredWeight): Node[] {
  if (!half) return [];
  const attributes = { to: { int: FLOAT } };
  return [node({ type: 'Cast', name, inputs: [halfName(name)], outputs: [name], attributes })];
}

const halfName = (name: string): string => `${name}.float16`;

function joined(...parts: readonly Uint8Array[]): Bytes {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let place = 0;
  for (const part of parts) {
    bytes.set(part, place);
    place += part.length;
  }
  return bytes;
}
