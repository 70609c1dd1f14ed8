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

/** A workgroup's share of the results, and a thread's. */
export interface Tiling {
  readonly rows: number;
  readonly columns: number;
  /** How far along `inner` at once; 0 reads from the buffers themselves and shares nothing. */
  readonly depth: number;
  readonly threadRows: number;
  readonly threadColumns: number;
}

export const tilingName = ({ rows, columns, depth, threadRows, threadColumns }: Tiling): string =>
  `${rows}x${columns}x${depth}/${threadRows}x${threadColumns}`;

export const threadsOf = ({ rows, columns, threadRows, threadColumns }: Tiling): number =>
  (rows / threadRows) * (columns / threadColumns);
