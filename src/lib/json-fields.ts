/** Reading of untyped JSON, a field at a time: a value of another kind is as good as none. */

export type Json = Readonly<Record<string, unknown>>;

/** Red, green and blue. */
export type Triple = readonly [number, number, number];

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function asObject(value: unknown): Json {
  return isObject(value) ? value : {};
}

export function asText(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

export function asCount(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

export function asPositive(value: unknown): number | null {
  return isFiniteNumber(value) && value > 0 ? value : null;
}

/** More than nothing and at most everything. */
export function asShare(value: unknown): number | null {
  return isFiniteNumber(value) && value > 0 && value <= 1 ? value : null;
}

/** The side of a square image: 224, [224, 224] or [3, 224, 224]. */
export function asSide(value: unknown): number | null {
  if (!Array.isArray(value)) return asCount(value) || null;
  const sizes: readonly unknown[] = value;
  const [height, width] = sizes.slice(-2);
  const isSquare = sizes.length >= 2 && sizes.length <= 3 && height === width;
  return isSquare ? asCount(height) || null : null;
}

/** Three numbers, or one in a list that stands for all three channels. */
export function asTriple(value: unknown): Triple | null {
  if (!Array.isArray(value)) return null;
  const numbers: readonly unknown[] = value;
  const [r, g = r, b = r] = numbers;
  return isFiniteNumber(r) && isFiniteNumber(g) && isFiniteNumber(b) ? [r, g, b] : null;
}

/** Pixels are divided by it. */
export function asDeviation(value: unknown): Triple | null {
  const triple = asTriple(value);
  return triple?.every((deviation) => deviation > 0) ? triple : null;
}

export function oneOf<T extends string>(value: unknown, known: readonly T[]): T | null {
  return known.find((name) => name === value) ?? null;
}

function isFiniteNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
