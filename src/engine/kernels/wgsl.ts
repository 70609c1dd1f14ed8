/** Pieces that several shaders are written with. */

/** A line for each of 0 … count − 1. */
export const times = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join('\n');

/** Groups of `each` that hold `size`. */
export const groups = (size: number, each: number): number => Math.ceil(size / each);

/** True where a tensor's last axis, and so the whole of it, is read in vectors of four. */
export const inVectors = (width: number): boolean => width > 0 && width % 4 === 0;
