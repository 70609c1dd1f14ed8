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
  /** `left` is no matrix there: its rows are made of these; not with `leftTurned`, nor with batches. */
  readonly runs?: Runs | undefined;
}

/**
 * Rows that are put together while they are read: one run after the other, each of vectors that lie
 * one after the other in the buffer, or of zeros. WGSL reads what `sizes` has as `sizes.name`.
 */
export interface Runs {
  /** Unique; the WGSL depends on it alone. */
  readonly name: string;
  /** What the speed of reading depends on, beside the product's sizes. */
  readonly kind: string;
  /** `run`: the vectors in each. */
  readonly sizes: Readonly<Record<string, number> & { run: number }>;
  /** Numbers in the buffer. */
  readonly count: number;
  /** Declares variables that tell which run it is: the first. */
  readonly first: string;
  /** Has them tell the next. */
  readonly next: string;
  /** Declares what does not depend on the run, by names that end in `id`; `outRow`: its results' row. */
  readonly row: (row: string, id: number) => string;
  /** Declares `start` and `id`: where the run begins in the buffer; negative for zeros. */
  readonly start: (id: number) => string;
  /** Declares what `isEmpty` needs, for the rows from `first` to `last`. */
  readonly span?: ((first: string, last: string) => string) | undefined;
  /** True where the run is zeros for all rows of the span, as far as can be told without reading. */
  readonly isEmpty?: string | undefined;
}

/** A product's left side. */
export type LeftSide = Pick<ProductSizes, 'rows' | 'inner'> & Pick<ProductLayout, 'runs'>;

export type Product = ProductSizes & ProductLayout;

/** The WGSL around a product. `sizes` has `rows`, and in vectors of four `inner` and `columns`. */
export interface ProductCode {
  /** Name of the buffer. */
  readonly left: string;
  /** The vector of four at a place of the right side. */
  readonly right: (place: string) => string;
  /** A power of two that lifts small numbers of the left side where a product is made in half precision. */
  readonly leftGain?: number | undefined;
  /** Buffers that multiply what stands along `inner`, or along each run; not with `leftTurned`. */
  readonly factors?: readonly string[];
  readonly functions?: string | undefined;
  /** Statements on one vector of results `result` at `row`, `column`, and `place` of them all. */
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
}

/** Threads multiply by themselves, each for its share of the results. */
interface ThreadShare extends Share {
  readonly threadRows: number;
  readonly threadColumns: number;
}

/** From the buffers right into registers; in quads, four threads fetch for each other. */
export interface RegisterTiling extends ThreadShare {
  readonly by: 'registers' | 'quads';
}

/** From shared memory, in single precision or in half. */
export interface SharedTiling extends ThreadShare {
  readonly by: 'shared' | 'halves';
  /** How far along `inner` at once. */
  readonly depth: number;
}

/** Units of a chip that multiply matrices of `side` × `side`, half precision into single. */
export interface MatrixUnits {
  readonly side: number;
  /** Threads that do so together. */
  readonly subgroup: number;
}

/** Subgroups multiply in the chip's matrix units. */
export interface MatrixTiling extends Share {
  readonly by: 'matrices';
  readonly depth: number;
  readonly subgroups: readonly [down: number, across: number];
  readonly units: MatrixUnits;
}

export type Tiling = RegisterTiling | SharedTiling | MatrixTiling;

export function tilingName(tiling: Tiling): string {
  const { by, rows, columns } = tiling;
  const name = `${by} ${rows}x${columns}`;
  if (by === 'matrices') return `${name}x${tiling.depth}/${tiling.subgroups.join('x')}`;
  const depth = 'depth' in tiling ? `x${tiling.depth}` : '';
  return `${name}${depth}/${tiling.threadRows}x${tiling.threadColumns}`;
}

export function threadsOf(tiling: Tiling): number {
  if (tiling.by === 'matrices') {
    const [down, across] = tiling.subgroups;
    return tiling.units.subgroup * down * across;
  }
  const { rows, columns, threadRows, threadColumns } = tiling;
  return (rows / threadRows) * (columns / threadColumns);
}
