/** What a product of two matrices is to the shaders that make it, and how its work is shared out. */

/** left · right; the sizes of `left` [rows, inner] and `right` [inner, columns] before they are turned. */
export interface ProductSizes {
  readonly batch: number;
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
}

/** Where the numbers lie. All four sides of the two buffers are whole vectors of four. */
export interface ProductLayout {
  /** `left` lies there as [inner, rows]. */
  readonly leftTurned: boolean;
  /** `right` lies there as [columns, inner]. */
  readonly rightTurned: boolean;
}

/** The WGSL around a product. `sizes` has `rows`, and in vectors of four `inner` and `columns`. */
export interface ProductCode extends ProductLayout {
  /** Name of the buffer. */
  readonly left: string;
  /** The vector of four at a place of the right side. */
  readonly right: (place: string) => string;
  /** A power of two that lifts small numbers of the left side where a product is made in half precision. */
  readonly leftGain?: number | undefined;
  /** Buffer that multiplies what stands along `inner`, if any; not with `leftTurned`. */
  readonly factor?: string | undefined;
  readonly functions?: string;
  /** Statements on one vector of results `result` at `row`, `column`, and `place` = row · columns + column. */
  readonly write: string;
  /** What a result adds to the sum of its column, over the rows that a thread makes. */
  readonly addend?: string | undefined;
  /** Statement on the `columnSum` of `column`; `sumRow` counts the threads above. */
  readonly writeSum?: string | undefined;
}

/** A workgroup's share of the results. */
interface Share {
  readonly rows: number;
  readonly columns: number;
  /** How far along `inner` at once; 0 reads from the buffers themselves and shares nothing. */
  readonly depth: number;
}

/** Threads multiply by themselves, each for its share of the results. */
export interface ThreadTiling extends Share {
  readonly threadRows: number;
  readonly threadColumns: number;
}

/** Subgroups multiply in the chip's matrix units, in half precision. */
export interface MatrixTiling extends Share {
  readonly subgroups: readonly [down: number, across: number];
}

export type Tiling = ThreadTiling | MatrixTiling;

export const isOfMatrices = (tiling: Tiling): tiling is MatrixTiling => 'subgroups' in tiling;

export function tilingName(tiling: Tiling): string {
  const { rows, columns, depth } = tiling;
  const shares = isOfMatrices(tiling)
    ? `matrices ${tiling.subgroups.join('x')}`
    : `${tiling.threadRows}x${tiling.threadColumns}`;
  return `${rows}x${columns}x${depth}/${shares}`;
}

/** Threads of a subgroup that has matrix units. */
export const SUBGROUP = 32;

export function threadsOf(tiling: Tiling): number {
  if (isOfMatrices(tiling)) return SUBGROUP * tiling.subgroups[0] * tiling.subgroups[1];
  const { rows, columns, threadRows, threadColumns } = tiling;
  return (rows / threadRows) * (columns / threadColumns);
}
