/** A stream of pseudo-random numbers: the same seed and stream give the same numbers everywhere. */
export interface Rng {
  /** A number in [0, 1), with 32 random bits. */
  readonly uniform: () => number;
  /** An integer in [0, n), n from 1 to 2³²; every value is equally likely. */
  readonly integer: (n: number) => number;
  /** A number from the standard normal distribution. */
  readonly normal: () => number;
  /** Shuffles in place (Fisher–Yates) and returns the same array. */
  readonly shuffle: <T>(array: T[]) => T[];
  /** A stream of its own that depends on this one's seed and name, never on how far it was read. */
  readonly fork: (stream: string | number) => Rng;
}

type State = readonly [number, number, number, number];

/** One round of SplitMix32 (a 32-bit finaliser over a Weyl sequence): 32 bits as an int32. */
export function mix(value: number): number {
  let mixed = (value + 0x9e3779b9) | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
  return mixed ^ (mixed >>> 15);
}

/** A number or a name as 32-bit words; the first word tells the two apart. */
function words(value: string | number): number[] {
  if (typeof value === 'string') {
    return [1, ...Array.from(value, (character) => character.codePointAt(0) ?? 0)];
  }
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value === 0 ? 0 : value);
  return [2, bits.getInt32(0), bits.getInt32(4)];
}

/** Takes words into the state; each of the four lanes starts from its own place. */
function absorb(state: State, input: readonly number[]): State {
  const lane = (start: number, index: number): number =>
    input.reduce(
      (hash, word) => mix(hash ^ Math.imul(word + index, 0x9e3779b1)),
      mix(start ^ index),
    );
  return [lane(state[0], 1), lane(state[1], 2), lane(state[2], 3), lane(state[3], 4)];
}

/** sfc32 by Chris Doty-Humphrey (PractRand): 128 bits of state, the last word a counter. */
function sfc32(state: State): () => number {
  let [a, b, c, counter] = state;
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return sum >>> 0;
  };
  for (let round = 0; round < 12; round++) next();
  return next;
}

function rngOf(state: State): Rng {
  const next = sfc32(state);
  const uniform = (): number => next() / 0x1_0000_0000;

  function integer(n: number): number {
    // Values past the last whole multiple of n would favour the small ones.
    const limit = 0x1_0000_0000 - (0x1_0000_0000 % n);
    let value = next();
    while (value >= limit) value = next();
    return value % n;
  }

  function normal(): number {
    // Box–Muller; 1 − u keeps the logarithm finite.
    return Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  }

  function shuffle<T>(array: T[]): T[] {
    for (let last = array.length - 1; last > 0; last--) {
      const other = integer(last + 1);
      [array[last], array[other]] = [array[other]!, array[last]!];
    }
    return array;
  }

  return {
    uniform,
    integer,
    normal,
    shuffle,
    fork: (stream) => rngOf(absorb(state, words(stream))),
  };
}

/** A generator for `seed` (any finite number) and, where given, one named stream of it. */
export function createRng(seed: number, stream: string | number = ''): Rng {
  return rngOf(absorb(absorb([0, 0, 0, 0], words(seed)), words(stream)));
}
