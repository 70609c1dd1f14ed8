import type { TensorData } from '../lib/safetensors.ts';

/**
 * Resizes a position embedding [1, p + g², C] to a grid of `side` × `side`, keeping the `prefix`
 * positions p before the grid, as timm's `resample_abs_pos_embed`: bicubic, antialiased, a = −0.5.
 */
export function resizePositions(positions: TensorData, prefix: number, side: number): TensorData {
  const [, count = 0, width = 0] = positions.shape;
  const grid = Math.round(Math.sqrt(count - prefix));
  if (grid === side) return positions;
  const rows = resampleRows(positions.data.subarray(prefix * width), grid, side, grid * width);
  const output = new Float32Array((prefix + side * side) * width);
  output.set(positions.data.subarray(0, prefix * width));
  for (let y = 0; y < side; y++) {
    const row = rows.subarray(y * grid * width, (y + 1) * grid * width);
    output.set(resampleRows(row, grid, side, width), (prefix + y * side) * width);
  }
  return { shape: [1, prefix + side * side, width], data: output };
}

/** Resamples `from` rows of `length` numbers each to `to` rows. */
function resampleRows(data: Float32Array, from: number, to: number, length: number): Float32Array {
  const output = new Float32Array(to * length);
  const scale = from / to;
  const stretch = Math.max(scale, 1);
  const support = 2 * stretch;
  for (let target = 0; target < to; target++) {
    const centre = (target + 0.5) * scale;
    const first = Math.max(Math.floor(centre - support + 0.5), 0);
    const last = Math.min(Math.floor(centre + support + 0.5), from);
    const weights: number[] = [];
    for (let source = first; source < last; source++) {
      weights.push(cubic((source - centre + 0.5) / stretch));
    }
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    weights.forEach((weight, k) => {
      for (let c = 0; c < length; c++) {
        const index = target * length + c;
        const value = data[(first + k) * length + c] ?? 0;
        output[index] = (output[index] ?? 0) + (weight / total) * value;
      }
    });
  }
  return output;
}

/** Keys' cubic convolution kernel with a = −0.5. */
function cubic(distance: number): number {
  const x = Math.abs(distance);
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
  if (x < 2) return ((-0.5 * x + 2.5) * x - 4) * x + 2;
  return 0;
}
