import { countFlops } from '../work.ts';
import type { Simd } from './simd.ts';

/** A matrix in the heap. */
export interface Side {
  readonly address: number;
  readonly rows: number;
  readonly columns: number;
  /** Bytes from row to row, and from column to column. */
  readonly strides: readonly [number, number];
}

/** What a product meets on its way, by address; 0 leaves one out. See `assembly/linear.ts`. */
export interface ProductSteps {
  /** Multiplies the left side along the inner side. */
  readonly scaleIn: number;
  readonly bias: number;
  readonly scale: number;
  readonly shift: number;
  /** Gets what is scaled. */
  readonly plain: number;
  /** 0 for none, 1 for GELU, 2 for ReLU; comes last. */
  readonly activation: 0 | 1 | 2;
  readonly residual: number;
  /** What the product, before it is scaled, is multiplied with and summed over rows: to `sums`. */
  readonly along: number;
  readonly sums: number;
}

export const NOTHING: ProductSteps = {
  scaleIn: 0,
  bias: 0,
  scale: 0,
  shift: 0,
  plain: 0,
  activation: 0,
  residual: 0,
  along: 0,
  sums: 0,
};

/** A matrix [rows, columns] that lies row by row; turned around if asked. */
export function sideOf(address: number, rows: number, columns: number, turned: boolean): Side {
  return turned
    ? { address, rows: columns, columns: rows, strides: [4, 4 * columns] }
    : { address, rows, columns, strides: [4 * columns, 4] };
}

/** Writes a · b to `to`. */
export function multiply(simd: Simd, a: Side, b: Side, to: number, steps = NOTHING): void {
  const { exports, threads } = simd;
  const [depth, columns] = [b.rows, b.columns];
  countFlops(2 * a.rows * depth * columns);
  const workBytes = exports.workBytes();
  const packedBytes = exports.packedBytes(depth, columns);
  simd.lend(packedBytes + threads * workBytes, (packed) => {
    packRight(simd, b.address, b.strides, depth, columns, packed);
    simd.run('PRODUCT', Math.ceil(a.rows / exports.constant('BLOCK')), [
      ...[a.address, ...a.strides, steps.scaleIn, packed],
      ...[to, a.rows, columns, depth, packed + packedBytes, workBytes],
      ...[steps.bias, steps.scale, steps.shift, steps.plain, steps.activation],
      ...[steps.residual, steps.along, steps.sums],
    ]);
  });
}

/** Lays a product's right side [depth, columns] out at `packed`. */
export function packRight(
  simd: Simd,
  address: number,
  strides: Side['strides'],
  depth: number,
  columns: number,
  packed: number,
): void {
  const panels = Math.ceil(columns / simd.exports.constant('COLUMNS'));
  const units = Math.ceil(panels / simd.exports.constant('PANELS'));
  simd.run('PACK', units, [address, ...strides, depth, columns, packed, panels]);
}
