import { bfloat16ToFloat32, float16ToFloat32 } from './half-floats.ts';
import {
  headerLength,
  LENGTH_BYTES,
  parseHeader,
  SafetensorsError,
  type SafetensorsHeader,
  type TensorEntry,
} from './safetensors-header.ts';

/** A named set of float tensors; shapes are PyTorch's, data is row-major. */
export interface TensorData {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export type StateDict = ReadonlyMap<string, TensorData>;

export interface SafetensorsFile {
  readonly tensors: StateDict;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Reads a whole safetensors file. Every type becomes float32: half floats exactly,
 * doubles rounded, whole numbers and booleans only where float32 holds them exactly.
 * A tensor may share its memory with `bytes`.
 * @throws SafetensorsError with a sentence for anything else than a whole, valid file.
 */
export function parseSafetensors(bytes: ArrayBuffer | Uint8Array): SafetensorsFile {
  const file = bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes);
  const length = headerLength(file, file.length);
  const header = parseHeader(file.subarray(LENGTH_BYTES, LENGTH_BYTES + length), file.length);
  const tensors = new Map<string, TensorData>();
  for (const [name, entry] of header.tensors) {
    tensors.set(name, { shape: entry.shape, data: toFloat32(name, entry, file) });
  }
  return { tensors, metadata: header.metadata };
}

/**
 * Names, types and shapes of a safetensors file, read without its data.
 * @throws SafetensorsError where the header is not valid for a file of this length.
 */
export async function readSafetensorsHeader(file: Blob): Promise<SafetensorsHeader> {
  const start = new Uint8Array(await file.slice(0, LENGTH_BYTES).arrayBuffer());
  const length = headerLength(start, file.size);
  const json = await file.slice(LENGTH_BYTES, LENGTH_BYTES + length).arrayBuffer();
  return parseHeader(new Uint8Array(json), file.size);
}

/** A safetensors file of float32 tensors, by name, their data aligned to eight bytes or more. */
export function writeSafetensors(
  tensors: StateDict,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const sorted = [...tensors].sort(([a], [b]) => (a < b ? -1 : 1));
  const shapes = sorted.map(([name, { shape }]) => [name, shape] as const);
  const { json, dataStart, size } = layOut(shapes, metadata);
  const file = new Uint8Array(size);
  new DataView(file.buffer).setBigUint64(0, BigInt(dataStart - LENGTH_BYTES), true);
  file.fill(0x20, LENGTH_BYTES, dataStart);
  file.set(json, LENGTH_BYTES);
  const values = new Float32Array(file.buffer, dataStart);
  let element = 0;
  for (const [, { data }] of sorted) {
    values.set(data, element);
    element += data.length;
  }
  return file;
}

/** Size in bytes of the file that `writeSafetensors` makes of tensors of these shapes. */
export function safetensorsSize(
  shapes: ReadonlyMap<string, readonly number[]>,
  metadata: Readonly<Record<string, string>> = {},
): number {
  return layOut(
    [...shapes].sort(([a], [b]) => (a < b ? -1 : 1)),
    metadata,
  ).size;
}

/** The header of a file of float32 tensors, in the order given, and where its data starts and ends. */
export function layOut(
  shapes: readonly (readonly [string, readonly number[]])[],
  metadata: Readonly<Record<string, string>>,
): { json: Uint8Array; dataStart: number; size: number } {
  const entries: [string, unknown][] = [];
  if (Object.keys(metadata).length > 0) entries.push(['__metadata__', metadata]);
  let position = 0;
  for (const [name, shape] of shapes) {
    const elements = shape.reduce((product, side) => product * side, 1);
    const end = position + elements * Float32Array.BYTES_PER_ELEMENT;
    entries.push([name, { dtype: 'F32', shape, data_offsets: [position, end] }]);
    position = end;
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  const dataStart = LENGTH_BYTES + Math.ceil(json.length / 8) * 8;
  return { json, dataStart, size: dataStart + position };
}

function toFloat32(name: string, entry: TensorEntry, file: Uint8Array): Float32Array {
  const { type } = entry;
  const [buffer, offset, bytes] = place(entry, file);
  switch (type) {
    case 'F32':
      return new Float32Array(buffer, offset, bytes / 4);
    case 'F16':
      return float16ToFloat32(new Uint16Array(buffer, offset, bytes / 2));
    case 'BF16':
      return bfloat16ToFloat32(new Uint16Array(buffer, offset, bytes / 2));
    case 'F64':
      return Float32Array.from(new Float64Array(buffer, offset, bytes / 8));
    case 'I64':
      return exact(name, new BigInt64Array(buffer, offset, bytes / 8));
    case 'U64':
      return exact(name, new BigUint64Array(buffer, offset, bytes / 8));
    case 'I32':
      return exact(name, new Int32Array(buffer, offset, bytes / 4));
    case 'U32':
      return exact(name, new Uint32Array(buffer, offset, bytes / 4));
    case 'I16':
      return exact(name, new Int16Array(buffer, offset, bytes / 2));
    case 'U16':
      return exact(name, new Uint16Array(buffer, offset, bytes / 2));
    case 'I8':
      return exact(name, new Int8Array(buffer, offset, bytes));
    case 'U8':
    case 'BOOL':
      return exact(name, new Uint8Array(buffer, offset, bytes));
    default:
      return type satisfies never;
  }
}

/** Where an entry's bytes lie, copied out where they are not aligned for every element type. */
function place(entry: TensorEntry, file: Uint8Array): readonly [ArrayBufferLike, number, number] {
  const bytes = entry.end - entry.begin;
  const offset = file.byteOffset + entry.begin;
  if (offset % 8 === 0) return [file.buffer, offset, bytes];
  return [file.slice(entry.begin, entry.end).buffer, 0, bytes];
}

function exact(name: string, values: ArrayLike<number | bigint>): Float32Array {
  const floats = new Float32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0;
    floats[i] = Number(value);
    if (Math.abs(Number(value)) > 2 ** 24) {
      throw new SafetensorsError(
        `Tensor "${name}" holds the whole number ${value}; only −16777216 … 16777216 can be kept exactly.`,
      );
    }
  }
  return floats;
}
