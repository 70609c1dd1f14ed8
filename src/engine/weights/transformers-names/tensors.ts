import type { StateDict } from '../../../lib/safetensors.ts';

/** One side of a tensor's shape; 0 where there is no such tensor. */
export function sideOf(tensors: StateDict, name: string, axis: number): number {
  return tensors.get(name)?.shape[axis] ?? 0;
}

/** How many of 0, 1, 2 … have a tensor: "{i}" in the name stands for them. */
export function count(tensors: StateDict, name: string): number {
  let found = 0;
  while (tensors.has(name.replace('{i}', String(found)))) found++;
  return found;
}

/** Numbers from 0 up to `length`. */
export const upTo = (length: number): number[] => Array.from({ length }, (_, i) => i);
