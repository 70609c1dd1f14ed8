/**
 * The product of two matrices. Both sides are laid out as the inner loop reads them: the left side
 * in panels of six rows, the right side in panels of eight columns, each with the six or eight
 * numbers of one step side by side. Twelve registers then hold a tile of 6 × 8 results.
 */
import { BLOCK, COLUMNS, DEPTH, packLeft, ROWS } from './panels';
import { madd } from './vector';

/** Bytes of a right side laid out. */
export function packedBytes(depth: i32, columns: i32): i32 {
  return ((columns + COLUMNS - 1) / COLUMNS) * COLUMNS * depth * 4;
}

/** Bytes that `multiply` works in. */
export function workBytes(): i32 {
  return (BLOCK * DEPTH + ROWS * COLUMNS + DEPTH) * 4;
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
  const zeros = zerosOf(work);
  for (let k = 0; k < depth; k += DEPTH) {
    const steps = min(DEPTH, depth - k);
    for (let i = 0; i < rows; i += ROWS) {
      const from = a + <usize>i * aRow + <usize>k * aColumn;
      const by = scale ? scale + ((<usize>k) << 2) : 0;
      packLeft(from, aRow, aColumn, steps, rows - i, by, zeros, work + <usize>(i * steps * 4));
    }
    multiplyPanels(packed, k, steps, depth, c, cRow, rows, columns, work);
  }
}

/** Zeros for the rows that are not there, as many as panels are deep. */
export function zerosOf(work: usize): usize {
  const zeros = work + <usize>((BLOCK * DEPTH + ROWS * COLUMNS) * 4);
  memory.fill(zeros, 0, DEPTH * 4);
  return zeros;
}

/** c (+)= what is laid out in `work` times steps [k, k + steps) of what is laid out in `packed`. */
export function multiplyPanels(
  packed: usize,
  k: i32,
  steps: i32,
  depth: i32,
  c: usize,
  cRow: usize,
  rows: i32,
  columns: i32,
  work: usize,
): void {
  const edge = work + <usize>(BLOCK * DEPTH * 4);
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
