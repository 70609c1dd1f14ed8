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
