import type { Weight } from './trace.ts';

/** How weights are kept in a file; computed is in float32 either way. */
export type Precision = 'float32' | 'float16';

const LARGEST_HALF = 65_504;

/**
 * Whether a weight is kept in half precision where that is wanted. Vectors stay as they are: they
 * take no room, and a batch norm's statistics may be too large. So does a matrix that holds such
 * a number.
 */
export async function canBeHalved({ shape, read }: Weight): Promise<boolean> {
  if (shape.length < 2) return false;
  return (await read()).every((value) => Math.abs(value) <= LARGEST_HALF);
}

/** Both sides are little-endian. */
export function bytesOf({
  buffer,
  byteOffset,
  byteLength,
}: Float32Array | Uint16Array | Int32Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
}
