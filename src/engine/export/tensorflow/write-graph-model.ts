/**
 * A graph model as the converter of TensorFlow.js leaves one: model.json with the graph and a list
 * of the weights, and the weights in shards. Vectors of integers among them are shapes and axes.
 */
import { float32ToFloat16 } from '../../../lib/half-floats.ts';
import { INPUT, OUTPUT } from '../../../lib/graph-names.ts';
import { repeatable } from '../../../lib/repeatable.ts';
import { lower } from '../graph/lower.ts';
import { bytesOf, canBeHalved, type Precision } from '../graph/precision.ts';
import type { TracedModel, Weight } from '../graph/trace.ts';
import { TensorFlowGraph, tensorShape, type NodeDef } from './tensorflow-graph.ts';

type Bytes = Uint8Array<ArrayBuffer>;

export interface GraphModelFile {
  readonly name: string;
  readonly input: string | AsyncIterable<Bytes>;
}

export const MODEL_NAME = 'model.json';

/** Bytes from which on a shard is full: what the converter takes, so that browsers keep it. */
const SHARD = 4 * 2 ** 20;

/** Of TensorFlow 2.4, which has all of the ops. */
const VERSIONS = { producer: 561, minConsumer: 0 };

interface StoredWeight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32';
  readonly half: boolean;
  readonly bytes: number;
  readonly read: () => Promise<Bytes>;
}

/**
 * The files, model.json first: "pixel_values" [B, S, S, 3], normalised, to "logits" [B, classes].
 * Shards come piece by piece: as many weights are in memory as one layer has.
 * @throws EngineError "unsupported-model" naming an op that TensorFlow has no form of.
 */
export async function writeGraphModel(
  { trace, classes, preprocessing }: TracedModel,
  precision: Precision,
): Promise<GraphModelFile[]> {
  const graph = lower(trace, new TensorFlowGraph(trace));
  const weights = [...graph.integers].map(([name, { shape, values }]) =>
    stored(name, { shape, read: () => Promise.resolve(Int32Array.from(values)) }, 'int32'),
  );
  for (const [name, weight] of graph.floats) {
    const half = precision === 'float16' && (await canBeHalved(weight));
    weights.push(stored(name, weight, 'float32', half));
  }
  const shards = sharded(weights);
  const paths = shards.map((_, i) => `group1-shard${i + 1}of${shards.length}.bin`);
  const model = {
    format: 'graph-model',
    generatedBy: 'SAN Studio',
    convertedBy: null,
    signature: {
      inputs: { [INPUT]: tensorInfo(INPUT, [-1, trace.size, trace.size, 3]) },
      outputs: { [OUTPUT]: tensorInfo(OUTPUT, [-1, classes.length]) },
    },
    userDefinedMetadata: { classes, preprocessing },
    modelTopology: { node: [...weights.map(constantNode), ...graph.nodes], versions: VERSIONS },
    weightsManifest: [{ paths, weights: weights.map(manifestEntry) }],
  };
  return [
    { name: MODEL_NAME, input: JSON.stringify(model) },
    ...shards.map((shard, i) => ({
      name: paths[i] ?? '',
      input: repeatable(() => piecesOf(shard)),
    })),
  ];
}

function stored(
  name: string,
  { shape, read }: Omit<Weight, 'read'> & { read: () => Promise<Float32Array | Int32Array> },
  dtype: StoredWeight['dtype'],
  half = false,
): StoredWeight {
  const size = shape.reduce((product, side) => product * side, 1);
  const written = async (): Promise<Bytes> => {
    const data = await read();
    return bytesOf(half && data instanceof Float32Array ? float32ToFloat16(data) : data);
  };
  return { name, shape, dtype, half, bytes: size * (half ? 2 : 4), read: written };
}

/** No weight lies in two of them. */
function sharded(weights: readonly StoredWeight[]): StoredWeight[][] {
  const shards: StoredWeight[][] = [];
  let room = 0;
  for (const weight of weights) {
    const last = shards.at(-1);
    if (last && weight.bytes <= room) {
      last.push(weight);
      room -= weight.bytes;
    } else {
      shards.push([weight]);
      room = SHARD - weight.bytes;
    }
  }
  return shards;
}

async function* piecesOf(shard: readonly StoredWeight[]): AsyncGenerator<Bytes> {
  for (const { read } of shard) yield await read();
}

function manifestEntry({ name, shape, dtype, half }: StoredWeight) {
  return { name, shape, dtype, ...(half ? { quantization: { dtype: 'float16' } } : {}) };
}

function constantNode({ name, shape, dtype }: StoredWeight) {
  const type = dtype === 'int32' ? 'DT_INT32' : 'DT_FLOAT';
  const value = { tensor: { dtype: type, tensorShape: tensorShape(shape) } };
  return { name, op: 'Const', input: [], attr: { dtype: { type }, value } };
}

function tensorInfo(name: NodeDef['name'], shape: readonly number[]) {
  return { name: `${name}:0`, dtype: 'DT_FLOAT', tensorShape: tensorShape(shape) };
}
