import type { Rng } from '../../../../lib/rng.ts';

/** A smooth random function of the plane with values in [-1, 1]. */
export type Noise = (x: number, y: number) => number;

/** Value noise: random numbers on the integer lattice, blended smoothly between. */
export function createNoise(rng: Rng): Noise {
  const salt = rng.integer(0x7fffffff);
  return (x, y) => {
    const column = Math.floor(x);
    const row = Math.floor(y);
    const u = fade(x - column);
    const v = fade(y - row);
    const top = latticeValue(column, row, salt);
    const bottom = latticeValue(column, row + 1, salt);
    const upper = top + (latticeValue(column + 1, row, salt) - top) * u;
    const lower = bottom + (latticeValue(column + 1, row + 1, salt) - bottom) * u;
    return upper + (lower - upper) * v;
  };
}

/** Fractal noise: octaves of the noise, each twice as fine and half as strong; within [-1, 1]. */
export function fractal(noise: Noise, x: number, y: number, octaves: number): number {
  let sum = 0;
  let weight = 0;
  let amplitude = 1;
  let frequency = 1;
  for (let octave = 0; octave < octaves; octave++) {
    // The offset keeps the octaves' lattices from meeting at the origin.
    sum += amplitude * noise(x * frequency + octave * 17.3, y * frequency - octave * 9.1);
    weight += amplitude;
    amplitude *= 0.5;
    frequency *= 2;
  }
  return sum / weight;
}

/** The lattice's own number in [-1, 1] at integer coordinates: white noise. */
export function latticeValue(column: number, row: number, salt: number): number {
  let hash = Math.imul(column, 0x27d4eb2d) ^ Math.imul(row, 0x165667b1) ^ salt;
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39);
  return ((hash ^ (hash >>> 15)) >>> 0) / 0x7fffffff - 1;
}

function fade(t: number): number {
  return t * t * (3 - 2 * t);
}
