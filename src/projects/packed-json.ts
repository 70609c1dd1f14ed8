/**
 * JSON for values that hold more than JSON can: number arrays and files stand beside it, each a
 * part of its own, and in it only where they are.
 */
import { isObject } from '../lib/json-fields.ts';

/** Where parts go, and what names them. */
export type PutPart = (bytes: Blob) => string;
export type GetPart = (name: string) => Promise<Blob>;

const ARRAYS = { float32: Float32Array, int32: Int32Array } as const;
type ArrayKind = keyof typeof ARRAYS;

interface PartReference {
  readonly $part: string;
  readonly kind: ArrayKind | 'file';
  /** A file's own name; null where it has none. */
  readonly name?: string | null;
}

export function packJson(value: unknown, put: PutPart): string {
  return JSON.stringify(value, (_key, inner: unknown) => referenceOf(inner, put) ?? inner);
}

/** The value again. @throws Error where the text is no JSON or names a part that is not there. */
export async function unpackJson(text: string, get: GetPart): Promise<unknown> {
  return unpacked(JSON.parse(text), get);
}

function referenceOf(value: unknown, put: PutPart): PartReference | null {
  if (value instanceof Blob) {
    const name = value instanceof File ? value.name : null;
    return { $part: put(value), kind: 'file', name };
  }
  if (value instanceof Float32Array) return { $part: put(blobOf(value)), kind: 'float32' };
  if (value instanceof Int32Array) return { $part: put(blobOf(value)), kind: 'int32' };
  return null;
}

function blobOf(array: Float32Array | Int32Array): Blob {
  return new Blob([new Uint8Array(array.buffer, array.byteOffset, array.byteLength).slice()]);
}

async function unpacked(value: unknown, get: GetPart): Promise<unknown> {
  if (Array.isArray(value)) {
    // An array of numbers has no parts, and may be long.
    if (value.every((item) => typeof item !== 'object')) return value;
    return Promise.all(value.map((item) => unpacked(item, get)));
  }
  if (!isObject(value)) return value;
  if (typeof value['$part'] === 'string') return partOf(value['$part'], value, get);
  const entries = Object.entries(value).map(
    async ([key, item]) => [key, await unpacked(item, get)] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

async function partOf(
  part: string,
  { kind, name }: Readonly<Record<string, unknown>>,
  get: GetPart,
): Promise<unknown> {
  const bytes = await get(part);
  if (kind === 'float32' || kind === 'int32') return new ARRAYS[kind](await bytes.arrayBuffer());
  return typeof name === 'string' ? new File([bytes], name) : bytes;
}
