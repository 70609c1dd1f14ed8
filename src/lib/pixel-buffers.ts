/**
 * Arrays for a batch's pixels. A fresh one each step costs more than filling it does, because its
 * memory has to be brought and cleared first; those that were given back are filled again.
 */
const MOST_KEPT = 8;

const spare: Float32Array[] = [];

/** An array of this length whose numbers are yet to be written. */
export function takePixels(length: number): Float32Array {
  const at = spare.findIndex((pixels) => pixels.length === length);
  const [found] = at < 0 ? [] : spare.splice(at, 1);
  return found ?? new Float32Array(length);
}

/** To be called once a tensor was made and used of it: nobody may read the array any more. */
export function givePixelsBack(pixels: Float32Array): void {
  spare.push(pixels);
  if (spare.length > MOST_KEPT) spare.shift();
}
