import type * as tf from '@tensorflow/tfjs';
import { currentSimd, type Simd } from './simd.ts';

/** A matrix in the heap. */
export interface Side {
  readonly address: number;
  readonly rows: number;
  readonly columns: number;
  /** Bytes from row to row, and from column to column. */
  readonly strides: readonly [number, number];
}

/** Vectors that a product meets on its way, by address; 0 leaves one out. */
interface Vectors {
  /** Multiplies the left side along the inner side. */
  readonly scaleIn: number;
  readonly bias: number;
  readonly scale: number;
  readonly shift: number;
}

/** What is done to a product while it is at hand: ((scaleIn ⊙ a) · b + bias) ⊙ scale + shift. */
export type ProductSteps = { readonly [K in keyof Vectors]?: tf.Tensor | undefined } & {
  /** Whether what is scaled is wanted, too. */
  readonly keepsPlain?: boolean;
};

export interface Product {
  readonly output: tf.Tensor2D;
  /** (scaleIn ⊙ a) · b + bias, where it was wanted. */
  readonly plain: tf.Tensor2D | undefined;
}

const NONE: Vectors = { scaleIn: 0, bias: 0, scale: 0, shift: 0 };

/** A matrix [rows, columns] that lies row by row; turned around if asked. */
export function sideOf(address: number, rows: number, columns: number, turned: boolean): Side {
  return turned
    ? { address, rows: columns, columns: rows, strides: [4, 4 * columns] }
    : { address, rows, columns, strides: [4 * columns, 4] };
}

/** Writes a · b to `to`, and what is scaled to `plain` where that is not 0. */
export function multiply(
  simd: Simd,
  a: Side,
  b: Side,
  to: number,
  vectors: Vectors = NONE,
  plain = 0,
): void {
  const { exports, threads } = simd;
  const [depth, columns] = [b.rows, b.columns];
  const workBytes = exports.workBytes();
  const packedBytes = exports.packedBytes(depth, columns);
  simd.lend(packedBytes + threads * workBytes, (packed) => {
    packFilter(simd, b.address, b.strides, depth, columns, packed);
    simd.run('PRODUCT', Math.ceil(a.rows / exports.constant('BLOCK')), [
      ...[a.address, ...a.strides, vectors.scaleIn, packed],
      ...[to, a.rows, columns, depth],
      ...[vectors.bias, vectors.scale, vectors.shift, plain],
      ...[packed + packedBytes, workBytes],
    ]);
  });
}

/** Lays a product's right side [depth, columns] out at `packed`. */
export function packFilter(
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

/** Where the vectors of a product's steps lie. */
export function vectorsOf(simd: Simd, steps: ProductSteps): Vectors {
  return {
    scaleIn: simd.address(steps.scaleIn),
    bias: simd.address(steps.bias),
    scale: simd.address(steps.scale),
    shift: simd.address(steps.shift),
  };
}

/** Matrices a · b, the right one turned around first if asked; null where our kernels do not run. */
export function simdProduct(
  a: tf.Tensor2D,
  b: tf.Tensor2D,
  bTurned: boolean,
  steps: ProductSteps,
): Product | null {
  const simd = currentSimd();
  if (!simd) return null;
  const left = sideOf(simd.address(a), ...a.shape, false);
  const right = sideOf(simd.address(b), ...b.shape, bTurned);
  const shape = [left.rows, right.columns] as const;
  const output = simd.output(shape).as2D(...shape);
  const plain = steps.keepsPlain ? simd.output(shape).as2D(...shape) : undefined;
  multiply(simd, left, right, simd.address(output), vectorsOf(simd, steps), simd.address(plain));
  return { output, plain };
}
