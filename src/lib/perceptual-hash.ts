/**
 * What a picture looks like, in a few bytes: near-duplicates (frames of a burst, a picture saved
 * again, brightened or cut a little) have nearly the same look, other pictures do not.
 */

/** Side of the small picture that a look is made of. */
export const LOOK_SIDE = 32;

const FREQUENCIES = 8;
/** Side of the grid of mean colours. */
const GRID = 6;
/** Bits of the hash that may differ, of 64, and how alike the colours must be. */
const MOST_BITS = 12;
const LEAST_CORRELATION = 0.96;

/** cos(π (x + ½) u / 32), the basis of the cosine transform. */
const BASIS = Array.from({ length: FREQUENCIES }, (_, u) =>
  Float64Array.from({ length: LOOK_SIDE }, (_, x) =>
    Math.cos((Math.PI * (x + 0.5) * u) / LOOK_SIDE),
  ),
);

/** A parsed look. */
export interface Look {
  /** The hash's two halves, 32 bits each. */
  readonly high: number;
  readonly low: number;
  /**
   * Mean red, green and blue of every cell, row after row, less their own mean and brought to
   * length 1; all 0 for a plain picture.
   */
  readonly colours: Float32Array;
}

/**
 * The look of a picture that was shrunk to `LOOK_SIDE` squared, as text in hex: the 64-bit
 * perceptual hash of Zauner, "Implementation and Benchmarking of Perceptual Image Hash Functions"
 * (2010; the lowest frequencies of a cosine transform, each above or below their median), then
 * the mean colours of 6 × 6 cells. @param rgba [32, 32, 4]
 */
export function lookOf(rgba: Uint8ClampedArray): string {
  const bytes = [...hashBytes(lowFrequencies(greyOf(rgba))), ...meanColours(rgba)];
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Reads what `lookOf` wrote; null where it did not. */
export function parseLook(text: string): Look | null {
  if (text.length !== 2 * (8 + 3 * GRID * GRID) || !/^[\da-f]*$/.test(text)) return null;
  const bytes = Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  const view = new DataView(bytes.buffer);
  return {
    high: view.getUint32(0),
    low: view.getUint32(4),
    colours: standardised(bytes.subarray(8)),
  };
}

/** Whether two pictures are near-duplicates: by the hash, and by their colours where that agrees. */
export function looksAlike(one: Look, other: Look): boolean {
  const bits = countBits(one.high ^ other.high) + countBits(one.low ^ other.low);
  return bits <= MOST_BITS && correlation(one.colours, other.colours) >= LEAST_CORRELATION;
}

function greyOf(rgba: Uint8ClampedArray): Float64Array {
  return Float64Array.from({ length: LOOK_SIDE * LOOK_SIDE }, (_, i) => {
    const [red = 0, green = 0, blue = 0] = rgba.subarray(4 * i, 4 * i + 3);
    return 0.299 * red + 0.587 * green + 0.114 * blue;
  });
}

/** The 8 × 8 lowest frequencies of a grey picture, the mean first. */
function lowFrequencies(grey: Float64Array): number[] {
  const rows = BASIS.map((wave) =>
    Float64Array.from({ length: LOOK_SIDE }, (_, y) =>
      wave.reduce((sum, value, x) => sum + value * (grey[y * LOOK_SIDE + x] ?? 0), 0),
    ),
  );
  // Rounded, so that a plain picture has none instead of what is lost in adding up.
  return BASIS.flatMap((wave) =>
    rows.map((row) => Math.round(row.reduce((sum, value, y) => sum + value * (wave[y] ?? 0), 0))),
  );
}

function hashBytes(frequencies: readonly number[]): Uint8Array {
  // The first is the picture's brightness, and far above the others.
  const sorted = frequencies.slice(1).sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const bytes = new Uint8Array(8);
  frequencies.forEach((value, i) => {
    if (value > median) bytes[i >> 3]! |= 0x80 >> (i & 7);
  });
  return bytes;
}

function meanColours(rgba: Uint8ClampedArray): Uint8Array {
  const sums = new Float64Array(3 * GRID * GRID);
  const counts = new Float64Array(GRID * GRID);
  const cellOf = (place: number): number => Math.floor((place * GRID) / LOOK_SIDE);
  for (let i = 0; i < LOOK_SIDE * LOOK_SIDE; i++) {
    const cell = cellOf(Math.floor(i / LOOK_SIDE)) * GRID + cellOf(i % LOOK_SIDE);
    counts[cell]! += 1;
    for (let channel = 0; channel < 3; channel++) {
      sums[3 * cell + channel]! += rgba[4 * i + channel] ?? 0;
    }
  }
  return Uint8Array.from(sums, (sum, i) => Math.round(sum / (counts[Math.floor(i / 3)] ?? 1)));
}

function countBits(word: number): number {
  let bits = word - ((word >>> 1) & 0x5555_5555);
  bits = (bits & 0x3333_3333) + ((bits >>> 2) & 0x3333_3333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}

function standardised(values: Uint8Array): Float32Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const centred = Float32Array.from(values, (value) => value - mean);
  const length = Math.hypot(...centred);
  return length > 0 ? centred.map((value) => value / length) : centred;
}

/** Pearson's correlation, which brightness and contrast leave as it is; 1 for two plain pictures. */
function correlation(a: Float32Array, b: Float32Array): number {
  let [both, onlyA, onlyB] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i]!, b[i]!];
    both += x * y;
    onlyA += x * x;
    onlyB += y * y;
  }
  return onlyA === 0 && onlyB === 0 ? 1 : both;
}
