/** A square of numbers, row after row, [size, size]. */
export interface Field {
  readonly size: number;
  readonly values: Float32Array;
}

/** A field of one value. */
export function createField(size: number, value = 0): Field {
  return { size, values: new Float32Array(size * size).fill(value) };
}

/** Replaces every value by f(x, y, old value), x to the right and y down, in pixels. */
export function update(field: Field, f: (x: number, y: number, value: number) => number): void {
  const { size, values } = field;
  for (let y = 0, i = 0; y < size; y++) {
    for (let x = 0; x < size; x++, i++) values[i] = f(x, y, values[i]!);
  }
}

/** Gaussian blur in place; sigma in pixels. Below 0.2 px nothing changes. */
export function blur({ size, values }: Field, sigma: number): void {
  if (sigma < 0.2) return;
  const kernel = gaussianKernel(sigma);
  const radius = (kernel.length - 1) / 2;
  const across = new Float32Array(size * size);
  const padded = new Float32Array(size + 2 * radius);
  for (let start = 0; start < across.length; start += size) {
    padded.fill(values[start]!, 0, radius);
    padded.set(values.subarray(start, start + size), radius);
    padded.fill(values[start + size - 1]!, radius + size);
    for (let k = 0; k < kernel.length; k++) {
      const weight = kernel[k]!;
      for (let x = 0; x < size; x++) across[start + x]! += weight * padded[x + k]!;
    }
  }
  values.fill(0);
  for (let y = 0; y < size; y++) {
    for (let k = 0; k < kernel.length; k++) {
      const weight = kernel[k]!;
      const source = size * Math.min(size - 1, Math.max(0, y + k - radius));
      for (let x = 0; x < size; x++) values[y * size + x]! += weight * across[source + x]!;
    }
  }
}

function gaussianKernel(sigma: number): Float32Array {
  const radius = Math.ceil(2 * sigma);
  const kernel = Float32Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp(-((i - radius) ** 2) / (2 * sigma * sigma)),
  );
  const total = kernel.reduce((sum, weight) => sum + weight, 0);
  return kernel.map((weight) => weight / total);
}
