import type * as tf from '@tensorflow/tfjs';
import { currentSimd, type Simd } from './simd.ts';

/** A sum has at most this many parts, so that the parts are soon summed. */
const PARTS = 64;
/** Fewer rows are not worth a part. */
const FEWEST_ROWS = 32;

export interface Parts {
  /** Rows of each part, of the last one at most. */
  readonly rows: number;
  readonly count: number;
}

/** How the sum over rows is cut: by their number alone, so that it comes out the same every time. */
export function partsOf(rows: number): Parts {
  const each = Math.max(FEWEST_ROWS, Math.ceil(rows / PARTS));
  return { rows: each, count: Math.ceil(rows / each) };
}

/** Sum of parts [count, columns], at an address, over the parts. */
export function sumOfParts(simd: Simd, parts: number, count: number, columns: number): tf.Tensor1D {
  const output = simd.output([columns]);
  simd.run('SUM_ROWS', 1, [parts, 0, count, columns, count, 0, simd.address(output)]);
  return output.as1D();
}

/** Sum of x [rows, C] over the rows; null where our kernels do not run. */
export function simdSumRows(x: tf.Tensor2D): tf.Tensor1D | null {
  return sum(x, undefined);
}

/** Sum of a ⊙ b [rows, C] over the rows; null where our kernels do not run. */
export function simdSumRowsOfProduct(a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor1D | null {
  return sum(a, b);
}

function sum(a: tf.Tensor2D, b: tf.Tensor2D | undefined): tf.Tensor1D | null {
  const simd = currentSimd();
  if (!simd) return null;
  const [rows, columns] = a.shape;
  const parts = partsOf(rows);
  return simd.lend(4 * parts.count * columns, (address) => {
    const [products, sums] = b ? [address, 0] : [0, address];
    const shape = [rows, columns, parts.rows];
    const args = [simd.address(a), simd.address(b), ...shape, products, sums];
    simd.run('SUM_ROWS', parts.count, args);
    return sumOfParts(simd, address, parts.count, columns);
  });
}
