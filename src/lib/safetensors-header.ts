/**
 * The header of a safetensors file: an 8-byte little-endian length, then JSON
 * that names every tensor's type, shape and place. Everything is checked here,
 * before a byte of tensor data is used.
 * Source: https://github.com/huggingface/safetensors (Format).
 */

/** The file is not a safetensors file that can be read; the message is a sentence saying why. */
export class SafetensorsError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SafetensorsError';
  }
}

const BYTES_PER_ELEMENT = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  I64: 8,
  U64: 8,
  I32: 4,
  U32: 4,
  I16: 2,
  U16: 2,
  I8: 1,
  U8: 1,
  BOOL: 1,
} as const;

export type TensorType = keyof typeof BYTES_PER_ELEMENT;

export interface TensorEntry {
  readonly type: TensorType;
  readonly shape: readonly number[];
  /** First byte, counted from the start of the file. */
  readonly begin: number;
  /** One past the last byte, counted from the start of the file. */
  readonly end: number;
}

export interface SafetensorsHeader {
  readonly tensors: ReadonlyMap<string, TensorEntry>;
  readonly metadata: Readonly<Record<string, string>>;
}

export const LENGTH_BYTES = 8;
/** The limit of the format's reference reader. */
const MAX_HEADER_BYTES = 100_000_000;

/** Header length as the first eight bytes state it, checked against the file's own length. */
export function headerLength(start: Uint8Array, fileBytes: number): number {
  if (start.length < LENGTH_BYTES || fileBytes < LENGTH_BYTES) {
    throw new SafetensorsError(
      `A safetensors file starts with an 8-byte header length; this file has ${fileBytes} bytes.`,
    );
  }
  const view = new DataView(start.buffer, start.byteOffset, LENGTH_BYTES);
  const length = Number(view.getBigUint64(0, true));
  const most = Math.min(MAX_HEADER_BYTES, fileBytes - LENGTH_BYTES);
  if (length < 2 || length > most) {
    throw new SafetensorsError(
      `The header of a safetensors file of ${fileBytes} bytes must have 2 … ${most} bytes; it states ${length}. The file is cut off or not safetensors.`,
    );
  }
  return length;
}

/** @param json the header's bytes, without the length before them. */
export function parseHeader(json: Uint8Array, fileBytes: number): SafetensorsHeader {
  const root = parseJsonObject(json);
  const dataStart = LENGTH_BYTES + json.length;
  const tensors = new Map<string, TensorEntry>();
  for (const [name, value] of Object.entries(root)) {
    if (name !== '__metadata__') tensors.set(name, parseEntry(name, value, dataStart));
  }
  checkCoverage(tensors, dataStart, fileBytes);
  return { tensors, metadata: parseMetadata(root['__metadata__']) };
}

function parseJsonObject(json: Uint8Array): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json));
  } catch {
    throw new SafetensorsError('The safetensors header is not valid JSON.');
  }
  if (!isObject(value)) throw new SafetensorsError('The safetensors header is not a JSON object.');
  return value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTensorType(value: unknown): value is TensorType {
  return typeof value === 'string' && Object.hasOwn(BYTES_PER_ELEMENT, value);
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function parseEntry(name: string, value: unknown, dataStart: number): TensorEntry {
  if (!isObject(value)) {
    throw new SafetensorsError(`Tensor "${name}" must be described by a JSON object.`);
  }
  const { dtype, shape, data_offsets: offsets } = value;
  if (!isTensorType(dtype)) {
    const known = Object.keys(BYTES_PER_ELEMENT).join(', ');
    throw new SafetensorsError(
      `Tensor "${name}" must have one of the types ${known}; got ${JSON.stringify(dtype)}.`,
    );
  }
  if (!Array.isArray(shape) || !shape.every(isSize)) {
    throw new SafetensorsError(
      `Tensor "${name}" must have a shape of whole numbers ≥ 0; got ${JSON.stringify(shape)}.`,
    );
  }
  const bytes = byteSize(name, shape, dtype);
  const [begin, end] = parseOffsets(name, offsets);
  if (end - begin !== bytes) {
    throw new SafetensorsError(
      `Tensor "${name}" of type ${dtype} and shape [${shape.join(', ')}] needs ${bytes} bytes; its offsets hold ${end - begin}.`,
    );
  }
  return { type: dtype, shape, begin: dataStart + begin, end: dataStart + end };
}

function byteSize(name: string, shape: readonly number[], type: TensorType): number {
  let bytes: number = BYTES_PER_ELEMENT[type];
  for (const size of shape) bytes *= size;
  if (Number.isSafeInteger(bytes)) return bytes;
  throw new SafetensorsError(`Tensor "${name}" is too large: shape [${shape.join(', ')}].`);
}

function parseOffsets(name: string, offsets: unknown): readonly [number, number] {
  if (Array.isArray(offsets) && offsets.length === 2) {
    const pair: readonly unknown[] = offsets;
    const [begin, end] = pair;
    if (isSize(begin) && isSize(end) && begin <= end) return [begin, end];
  }
  throw new SafetensorsError(
    `Tensor "${name}" must have two rising data offsets; got ${JSON.stringify(offsets)}.`,
  );
}

function parseMetadata(value: unknown): Record<string, string> {
  if (value === undefined) return {};
  if (!isObject(value)) {
    throw new SafetensorsError('The safetensors metadata must be a JSON object of strings.');
  }
  const texts = Object.entries(value).map(([key, text]): [string, string] => {
    if (typeof text === 'string') return [key, text];
    throw new SafetensorsError(`The safetensors metadata "${key}" must be a string.`);
  });
  return Object.fromEntries(texts);
}

/** The tensors must fill the rest of the file exactly: no holes, no overlaps, nothing left. */
function checkCoverage(
  tensors: ReadonlyMap<string, TensorEntry>,
  dataStart: number,
  fileBytes: number,
): void {
  const inOrder = [...tensors].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);
  let position = dataStart;
  for (const [name, entry] of inOrder) {
    if (entry.begin !== position) {
      const fault = entry.begin < position ? 'overlaps another tensor' : 'leaves a gap before it';
      throw new SafetensorsError(`Tensor "${name}" ${fault}; the file is damaged.`);
    }
    position = entry.end;
  }
  if (position !== fileBytes) {
    throw new SafetensorsError(
      `The tensors of this safetensors file end at byte ${position}, but it has ${fileBytes} bytes: it is cut off or damaged.`,
    );
  }
}
