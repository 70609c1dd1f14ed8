/** How a workgroup's threads share out what it brings into its memory. */
import { threadsOf, type MatrixTiling, type SharedTiling } from './contract.ts';

/** Shared bytes that a tiling takes. */
export const sharedBytes = ({ by, rows, columns, depth }: SharedTiling): number =>
  (by === 'halves' ? 2 : 4) * depth * (rows + columns);

/** Of a workgroup, lengths in vectors of four. */
export interface Shares {
  readonly depth: number;
  readonly rows: number;
  readonly columns: number;
  readonly threads: number;
}

export const sharesOf = (tiling: SharedTiling | MatrixTiling): Shares => ({
  depth: tiling.depth / 4,
  rows: tiling.rows / 4,
  columns: tiling.columns / 4,
  threads: threadsOf(tiling),
});

/** Where threads multiply by themselves; vectors of four again, but for `threadRows`. */
export interface ThreadShares extends Shares {
  readonly across: number;
  readonly down: number;
  readonly threadRows: number;
  readonly vectors: number;
}

export const threadSharesOf = (tiling: SharedTiling): ThreadShares => ({
  ...sharesOf(tiling),
  across: tiling.columns / tiling.threadColumns,
  down: tiling.rows / tiling.threadRows,
  threadRows: tiling.threadRows,
  vectors: tiling.threadColumns / 4,
});
