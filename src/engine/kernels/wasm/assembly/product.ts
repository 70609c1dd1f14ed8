/**
 * The product of two matrices. Both sides are laid out as the inner loop reads them: the left side
 * in panels of six rows, the right side in panels of eight columns, each with the six or eight
 * numbers of one step side by side. Twelve registers then hold a tile of 6 × 8 results.
 */
import { madd } from './vector';

export const ROWS: i32 = 6;
export const COLUMNS: i32 = 8;
/** Steps along the inner side whose panels fit into the first cache together. */
const DEPTH: i32 = 384;
/** Rows of the left side that are laid out at once. */
export const BLOCK: i32 = 48;

/** Bytes of a right side laid out. */
export function packedBytes(depth: i32, columns: i32): i32 {
  return ((columns + COLUMNS - 1) / COLUMNS) * COLUMNS * depth * 4;
}

/** Bytes that `multiply` works in. */
export function workBytes(): i32 {
  return BLOCK * DEPTH * 4 + ROWS * COLUMNS * 4;
}

/** Lays out columns [8 · panel, 8 · panel + 8) of b [depth, columns]; zeros where there are none. */
export function packRight(
  b: usize,
  bRow: usize,
  bColumn: usize,
  depth: i32,
  columns: i32,
  panel: i32,
  packed: usize,
): void {
  let to = packed + <usize>(panel * COLUMNS * depth * 4);
  const first = panel * COLUMNS;
  const count = min(COLUMNS, columns - first);
  let from = b + <usize>first * bColumn;
  if (count == COLUMNS && bColumn == 4) {
    for (let k = 0; k < depth; k++) {
      v128.store(to, v128.load(from));
      v128.store(to, v128.load(from, 16), 16);
      from += bRow;
      to += 32;
    }
    return;
  }
  for (let k = 0; k < depth; k++) {
    for (let j = 0; j < COLUMNS; j++) {
      store<f32>(to + (j << 2), j < count ? load<f32>(from + <usize>j * bColumn) : 0);
    }
    from += bRow;
    to += 32;
  }
}

/** Lays out six rows of a, from `from` on, zeros where there are fewer; scaled along the inner side where `scale` is not 0. */
function packLeft(
  from: usize,
  aRow: usize,
  aColumn: usize,
  depth: i32,
  rows: i32,
  scale: usize,
  packed: usize,
): void {
  for (let i = 0; i < ROWS; i++) {
    let to = packed + ((<usize>i) << 2);
    if (i >= rows) {
      for (let k = 0; k < depth; k++, to += 24) store<f32>(to, 0);
      continue;
    }
    let at = from + <usize>i * aRow;
    if (scale) {
      let by = scale;
      for (let k = 0; k < depth; k++, to += 24, at += aColumn, by += 4) {
        store<f32>(to, load<f32>(at) * load<f32>(by));
      }
    } else {
      for (let k = 0; k < depth; k++, to += 24, at += aColumn) store<f32>(to, load<f32>(at));
    }
  }
}

/** c [6, 8] (+)= a · b over one pair of panels. */
function tile(a: usize, b: usize, depth: i32, c: usize, cRow: usize, add: bool): void {
  const r1 = c + cRow,
    r2 = r1 + cRow,
    r3 = r2 + cRow,
    r4 = r3 + cRow,
    r5 = r4 + cRow;
  const zero = f32x4.splat(0);
  let c00 = zero,
    c01 = zero,
    c10 = zero,
    c11 = zero,
    c20 = zero,
    c21 = zero;
  let c30 = zero,
    c31 = zero,
    c40 = zero,
    c41 = zero,
    c50 = zero,
    c51 = zero;
  if (add) {
    c00 = v128.load(c);
    c01 = v128.load(c, 16);
    c10 = v128.load(r1);
    c11 = v128.load(r1, 16);
    c20 = v128.load(r2);
    c21 = v128.load(r2, 16);
    c30 = v128.load(r3);
    c31 = v128.load(r3, 16);
    c40 = v128.load(r4);
    c41 = v128.load(r4, 16);
    c50 = v128.load(r5);
    c51 = v128.load(r5, 16);
  }
  for (let k = 0; k < depth; k++) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let s = v128.load_splat<f32>(a);
    c00 = madd(s, b0, c00);
    c01 = madd(s, b1, c01);
    s = v128.load_splat<f32>(a, 4);
    c10 = madd(s, b0, c10);
    c11 = madd(s, b1, c11);
    s = v128.load_splat<f32>(a, 8);
    c20 = madd(s, b0, c20);
    c21 = madd(s, b1, c21);
    s = v128.load_splat<f32>(a, 12);
    c30 = madd(s, b0, c30);
    c31 = madd(s, b1, c31);
    s = v128.load_splat<f32>(a, 16);
    c40 = madd(s, b0, c40);
    c41 = madd(s, b1, c41);
    s = v128.load_splat<f32>(a, 20);
    c50 = madd(s, b0, c50);
    c51 = madd(s, b1, c51);
    a += 24;
    b += 32;
  }
  v128.store(c, c00);
  v128.store(c, c01, 16);
  v128.store(r1, c10);
  v128.store(r1, c11, 16);
  v128.store(r2, c20);
  v128.store(r2, c21, 16);
  v128.store(r3, c30);
  v128.store(r3, c31, 16);
  v128.store(r4, c40);
  v128.store(r4, c41, 16);
  v128.store(r5, c50);
  v128.store(r5, c51, 16);
}

/** A tile at the edge: computed in `edge`, of which only what is inside the matrix is kept. */
function edgeTile(
  a: usize,
  b: usize,
  depth: i32,
  c: usize,
  cRow: usize,
  add: bool,
  rows: i32,
  columns: i32,
  edge: usize,
): void {
  if (add) {
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        store<f32>(edge + ((i * COLUMNS + j) << 2), load<f32>(c + <usize>i * cRow + (j << 2)));
      }
    }
  }
  tile(a, b, depth, edge, 32, add);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      store<f32>(c + <usize>i * cRow + (j << 2), load<f32>(edge + ((i * COLUMNS + j) << 2)));
    }
  }
}

/** c [rows, columns] = (scale ⊙ a) · b with b laid out; at most BLOCK rows. All strides in bytes. */
export function multiply(
  a: usize,
  aRow: usize,
  aColumn: usize,
  scale: usize,
  packed: usize,
  c: usize,
  cRow: usize,
  rows: i32,
  columns: i32,
  depth: i32,
  work: usize,
): void {
  const edge = work + <usize>(BLOCK * DEPTH * 4);
  for (let k = 0; k < depth; k += DEPTH) {
    const steps = min(DEPTH, depth - k);
    for (let i = 0; i < rows; i += ROWS) {
      const from = a + <usize>i * aRow + <usize>k * aColumn;
      const by = scale ? scale + ((<usize>k) << 2) : 0;
      packLeft(from, aRow, aColumn, steps, rows - i, by, work + <usize>(i * steps * 4));
    }
    for (let j = 0; j < columns; j += COLUMNS) {
      const b = packed + <usize>((j * depth + k * COLUMNS) * 4);
      for (let i = 0; i < rows; i += ROWS) {
        const left = work + <usize>(i * steps * 4);
        const to = c + <usize>i * cRow + ((<usize>j) << 2);
        if (rows - i >= ROWS && columns - j >= COLUMNS) tile(left, b, steps, to, cRow, k > 0);
        else {
          edgeTile(
            left,
            b,
            steps,
            to,
            cRow,
            k > 0,
            min(ROWS, rows - i),
            min(COLUMNS, columns - j),
            edge,
          );
        }
      }
    }
  }
}
