/** One image as ONNX wants it: (x / 255 − mean) / std of RGB bytes [S, S, 3], as [3, S, S]. */
export function channelsFirst(
  bytes: Uint8Array,
  { mean, std }: { readonly mean: readonly number[]; readonly std: readonly number[] },
): Float32Array {
  const area = bytes.length / 3;
  const values = new Float32Array(bytes.length);
  for (let colour = 0; colour < 3; colour++) {
    const [centre, deviation] = [mean[colour]!, std[colour]!];
    for (let i = 0; i < area; i++) {
      values[colour * area + i] = (bytes[3 * i + colour]! / 255 - centre) / deviation;
    }
  }
  return values;
}
