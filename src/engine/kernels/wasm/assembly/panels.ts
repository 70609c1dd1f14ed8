/** How the sides of a product are laid out for its inner loop. */

/** Rows of a panel of the left side. */
export const ROWS: i32 = 6;
/** Columns of a panel of the right side. */
export const COLUMNS: i32 = 8;
/** Steps along the inner side whose panels fit into the first cache together. */
export const DEPTH: i32 = 384;
/** Rows of the left side that are laid out at once. */
export const BLOCK: i32 = 48;

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
  if (count == COLUMNS && bRow == 4) {
    packEight(from, bColumn, depth, to);
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

/** Lays out eight rows, `stride` bytes from one to the next, as columns. */
function packEight(from: usize, stride: usize, depth: i32, to: usize): void {
  const end = from + ((<usize>depth) << 2);
  for (; from + 16 <= end; from += 16, to += 128) {
    packFour(from, stride, to);
    packFour(from + 4 * stride, stride, to + 16);
  }
  for (; from < end; from += 4, to += 32) {
    for (let j: usize = 0; j < 8; j++) store<f32>(to + (j << 2), load<f32>(from + j * stride));
  }
}

/** Turns four numbers of four rows around. */
function packFour(from: usize, stride: usize, to: usize): void {
  const a = v128.load(from),
    b = v128.load(from + stride);
  const c = v128.load(from + 2 * stride),
    d = v128.load(from + 3 * stride);
  const ab0 = v128.shuffle<f32>(a, b, 0, 4, 1, 5),
    ab1 = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
  const cd0 = v128.shuffle<f32>(c, d, 0, 4, 1, 5),
    cd1 = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f64>(ab0, cd0, 0, 2));
  v128.store(to, v128.shuffle<f64>(ab0, cd0, 1, 3), 32);
  v128.store(to, v128.shuffle<f64>(ab1, cd1, 0, 2), 64);
  v128.store(to, v128.shuffle<f64>(ab1, cd1, 1, 3), 96);
}

/**
 * Lays out `count` numbers of six rows side by side, scaled where `scale` is not 0. Each row is an
 * address; what is no row is one of zeros.
 */
export function packSix(
  r0: usize,
  r1: usize,
  r2: usize,
  r3: usize,
  r4: usize,
  r5: usize,
  count: i32,
  scale: usize,
  to: usize,
): void {
  const whole = (<usize>(count & ~3)) << 2;
  const end = (<usize>count) << 2;
  let i: usize = 0;
  for (; i < whole; i += 16, to += 96) {
    let a = v128.load(r0 + i),
      b = v128.load(r1 + i),
      c = v128.load(r2 + i);
    let d = v128.load(r3 + i),
      e = v128.load(r4 + i),
      f = v128.load(r5 + i);
    if (scale) {
      const by = v128.load(scale + i);
      a = f32x4.mul(a, by);
      b = f32x4.mul(b, by);
      c = f32x4.mul(c, by);
      d = f32x4.mul(d, by);
      e = f32x4.mul(e, by);
      f = f32x4.mul(f, by);
    }
    const ab0 = v128.shuffle<f32>(a, b, 0, 4, 1, 5),
      ab1 = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
    const cd0 = v128.shuffle<f32>(c, d, 0, 4, 1, 5),
      cd1 = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
    const ef0 = v128.shuffle<f32>(e, f, 0, 4, 1, 5),
      ef1 = v128.shuffle<f32>(e, f, 2, 6, 3, 7);
    v128.store(to, v128.shuffle<f64>(ab0, cd0, 0, 2));
    v128.store64_lane(to, ef0, 0, 16);
    v128.store(to, v128.shuffle<f64>(ab0, cd0, 1, 3), 24);
    v128.store64_lane(to, ef0, 1, 40);
    v128.store(to, v128.shuffle<f64>(ab1, cd1, 0, 2), 48);
    v128.store64_lane(to, ef1, 0, 64);
    v128.store(to, v128.shuffle<f64>(ab1, cd1, 1, 3), 72);
    v128.store64_lane(to, ef1, 1, 88);
  }
  for (; i < end; i += 4, to += 24) {
    const by: f32 = scale ? load<f32>(scale + i) : 1;
    store<f32>(to, load<f32>(r0 + i) * by);
    store<f32>(to, load<f32>(r1 + i) * by, 4);
    store<f32>(to, load<f32>(r2 + i) * by, 8);
    store<f32>(to, load<f32>(r3 + i) * by, 12);
    store<f32>(to, load<f32>(r4 + i) * by, 16);
    store<f32>(to, load<f32>(r5 + i) * by, 20);
  }
}

/** Lays out six rows of a, from `from` on, zeros where there are fewer; scaled along the inner side where `scale` is not 0. */
export function packLeft(
  from: usize,
  aRow: usize,
  aColumn: usize,
  depth: i32,
  rows: i32,
  scale: usize,
  zeros: usize,
  packed: usize,
): void {
  if (aColumn == 4) {
    packSix(
      from,
      rows > 1 ? from + aRow : zeros,
      rows > 2 ? from + 2 * aRow : zeros,
      rows > 3 ? from + 3 * aRow : zeros,
      rows > 4 ? from + 4 * aRow : zeros,
      rows > 5 ? from + 5 * aRow : zeros,
      depth,
      scale,
      packed,
    );
    return;
  }
  for (let k = 0; k < depth; k++, packed += 24) {
    const by: f32 = scale ? load<f32>(scale + ((<usize>k) << 2)) : 1;
    for (let i = 0; i < ROWS; i++) {
      const value: f32 = i < rows ? load<f32>(from + <usize>i * aRow) * by : 0;
      store<f32>(packed + ((<usize>i) << 2), value);
    }
    from += aColumn;
  }
}
