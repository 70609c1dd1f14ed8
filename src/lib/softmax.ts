/** exp(x) over its sum, computed from the largest so that nothing overflows. */
export function softmax(logits: Float32Array): Float32Array {
  const largest = Math.max(...logits);
  const exponentials = logits.map((value) => Math.exp(value - largest));
  const total = exponentials.reduce((sum, value) => sum + value, 0);
  return exponentials.map((value) => value / total);
}
