/** Pieces that several shaders are written with. */

/** A line for each of 0 … count − 1. */
export const times = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join('\n');

/** Groups of `each` that hold `size`. */
export const groups = (size: number, each: number): number => Math.ceil(size / each);

/** True where a tensor's last axis, and so the whole of it, is read in vectors of four. */
export const inVectors = (width: number): boolean => width > 0 && width % 4 === 0;

const MOST_WORKGROUPS = 65535;
const FLAT = 64;

/** Workgroups of 64 for `count` threads, in as many rows as it takes. */
export function flatWorkgroups(count: number): [number, number, number] {
  const all = groups(count, FLAT);
  return [Math.min(all, MOST_WORKGROUPS), groups(all, MOST_WORKGROUPS), 1];
}

/** A thread's number among those of `flatWorkgroups`. */
export const flatIndex = /* wgsl */ `
  fn flatIndex(id : vec3<u32>) -> i32 {
    return i32(id.y) * ${MOST_WORKGROUPS * FLAT} + i32(id.x);
  }
`;
