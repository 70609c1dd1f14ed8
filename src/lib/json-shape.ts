/** What untyped JSON must look like, told as a whole: for files that may come from anybody. */
import { asObject, isObject } from './json-fields.ts';

export type Shape = (value: unknown) => boolean;

export const text: Shape = (value) => typeof value === 'string';
export const flag: Shape = (value) => typeof value === 'boolean';
export const number: Shape = (value) => typeof value === 'number' && Number.isFinite(value);
export const count: Shape = (value) => Number.isSafeInteger(value) && Number(value) >= 0;
/** From nothing to everything. */
export const share: Shape = (value) => number(value) && Number(value) >= 0 && Number(value) <= 1;

export function nullOr(shape: Shape): Shape {
  return (value) => value === null || shape(value);
}

export function anyOf(...shapes: readonly Shape[]): Shape {
  return (value) => shapes.some((shape) => shape(value));
}

export function oneOf(...values: readonly string[]): Shape {
  return (value) => typeof value === 'string' && values.includes(value);
}

export function listOf(shape: Shape): Shape {
  return (value) => Array.isArray(value) && value.every((item) => shape(item));
}

/** An object with values of one shape, whatever its keys. */
export function mapOf(shape: Shape): Shape {
  return (value) => isObject(value) && Object.values(value).every((item) => shape(item));
}

/** An object with these fields, and maybe others. */
export function fields(shapes: Readonly<Record<string, Shape>>): Shape {
  return (value) => isObject(value) && wrongField(value, shapes) === null;
}

/** The first field that is not as it should be; null where all are. */
export function wrongField(value: unknown, shapes: Readonly<Record<string, Shape>>): string | null {
  const object = asObject(value);
  return Object.keys(shapes).find((name) => !shapes[name]?.(object[name])) ?? null;
}
