/**
 * Half precision to single precision, over little-endian 16-bit words.
 * Sources: IEEE 754 binary16; bfloat16 is the upper half of a binary32.
 */

let halfTable: Float32Array | null = null;

/** The value of every one of the 65,536 half floats, by its bits. */
function halfValues(): Float32Array {
  if (halfTable) return halfTable;
  const table = new Float32Array(65_536);
  for (let bits = 0; bits < 32_768; bits++) {
    const exponent = bits >> 10;
    const fraction = bits & 0x3ff;
    let value = (1 + fraction / 1024) * 2 ** (exponent - 15);
    if (exponent === 0) value = fraction * 2 ** -24;
    else if (exponent === 31) value = fraction === 0 ? Infinity : NaN;
    table[bits] = value;
    table[bits + 32_768] = -value;
  }
  halfTable = table;
  return table;
}

/** IEEE half floats as float32; exact for every value. */
export function float16ToFloat32(words: Uint16Array): Float32Array {
  const table = halfValues();
  const values = new Float32Array(words.length);
  // A Uint16 always lies in the table of 65,536.
  for (let i = 0; i < words.length; i++) values[i] = table[words[i]!]!;
  return values;
}

/** bfloat16 as float32; exact for every value. */
export function bfloat16ToFloat32(words: Uint16Array): Float32Array {
  const bits = new Uint32Array(words.length);
  for (let i = 0; i < words.length; i++) bits[i] = words[i]! << 16;
  return new Float32Array(bits.buffer);
}

const bits = new Uint32Array(1);
const float = new Float32Array(bits.buffer);

/** float32 as IEEE half floats, to the nearest and halves to the even one; infinite from 65,520 on. */
export function float32ToFloat16(values: Float32Array): Uint16Array {
  return Uint16Array.from(values, halfOf);
}

function halfOf(value: number): number {
  const size = Math.abs(value);
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  if (Number.isNaN(value)) return 0x7e00;
  if (size >= 65_520) return sign | 0x7c00;
  // Below the smallest normal number halves are multiples of 2⁻²⁴; to this sum float32 rounds so.
  if (size < 2 ** -14) {
    float[0] = size + 0.5;
    return sign | (bits[0]! - 0x3f000000);
  }
  float[0] = size;
  const word = bits[0]!;
  const odd = (word >>> 13) & 1;
  return sign | ((word - 0x38000000 + 0xfff + odd) >>> 13);
}
