/** Counts what the large kernels compute, for whoever measures how fast they are. */

let counted = 0;

/** A product of [rows, inner] and [inner, columns] is 2 · rows · inner · columns floating-point operations. */
export function countFlops(operations: number): void {
  counted += operations;
}

/** What `run` made, and the floating-point operations that it had products and attention do. */
export function countedFlops<T>(run: () => T): { readonly made: T; readonly flops: number } {
  const before = counted;
  const made = run();
  return { made, flops: counted - before };
}
