/** The WebAssembly twin of the kernel in `../channel-sums.ts`. */
import type * as tf from '@tensorflow/tfjs';
import type { Earlier, Summands, Sums } from '../channel-sums.ts';
import type { Simd } from './simd.ts';

/** A sum has at most this many parts, so that the parts are soon summed. */
const PARTS = 64;
/** Fewer rows are not worth a part. */
const FEWEST_ROWS = 32;

export function simdSums(simd: Simd, { g, u, plain, parts }: Summands, earlier: Earlier): Sums {
  const [rows = 0, columns = 0] = g.shape;
  const [count, width = 0] = parts?.shape ?? [];
  const address = (tensor: tf.Tensor | null | undefined): number =>
    simd.address(tensor ?? undefined);
  const total = parts && simd.output([width]);
  if (total) addUp(simd, address(parts), count ?? 0, width, address(earlier.total), address(total));
  if (!u && !plain) return { products: undefined, sum: undefined, total };
  const products = u && simd.output([columns]);
  const sum = plain ? simd.output([columns]) : undefined;
  // By the number of rows alone, so that a sum comes out the same every time.
  const each = Math.max(FEWEST_ROWS, Math.ceil(rows / PARTS));
  const units = Math.ceil(rows / each);
  const bytes = 4 * units * columns;
  simd.lend(2 * bytes, (lent) => {
    const [ofProducts, ofSums] = [u ? lent : 0, plain ? lent + bytes : 0];
    const shape = [rows, columns, each];
    simd.run('SUM_ROWS', units, [address(g), address(u), ...shape, ofProducts, ofSums, 0, 0]);
    if (products) {
      addUp(simd, ofProducts, units, columns, address(earlier.products), address(products));
    }
    if (sum) addUp(simd, ofSums, units, columns, address(earlier.sum), address(sum));
  });
  return { products, sum, total };
}

/** Writes the sum of parts [count, columns], and of `earlier` where that is not 0, to `to`. */
function addUp(
  simd: Simd,
  parts: number,
  count: number,
  columns: number,
  earlier: number,
  to: number,
): void {
  simd.run('SUM_ROWS', 1, [parts, 0, count, columns, count, 0, to, 0, earlier]);
}
