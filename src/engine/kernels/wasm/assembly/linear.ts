/** The kernels of a matrix product. */
import { address, int } from './args';
import { BLOCK, packRight } from './panels';
import { multiply } from './product';
import { addProduct } from './channels';
import { finishRow } from './row';

/** Panels of the right side that one unit lays out. */
export const PANELS: i32 = 8;

/** Lays out a right side b [depth, columns]. Arguments: b, bytes from row to row, from column to column, depth, columns, packed, panels. */
export function pack(args: usize, unit: i32): void {
  const last = min((unit + 1) * PANELS, int(args, 6));
  for (let panel = unit * PANELS; panel < last; panel++) {
    packRight(
      address(args, 0),
      address(args, 1),
      address(args, 2),
      int(args, 3),
      int(args, 4),
      panel,
      address(args, 5),
    );
  }
}

/**
 * c = activation(((scaleIn ⊙ a) · b + bias) ⊙ scale + shift + residual), a unit for every BLOCK rows.
 * Arguments: a, bytes from row to row, from column to column, scaleIn, packed b, c, rows, columns,
 * depth, work, work's bytes a thread, bias, scale, shift, plain (what is scaled, to be kept), the
 * activation as in `finishRow`, residual, x [rows, columns], sums [units, columns] that get Σ x ⊙ (what is scaled). An address
 * of 0 leaves its part out.
 */
export function product(args: usize, unit: i32, thread: i32): void {
  const columns = int(args, 7);
  const first = unit * BLOCK;
  const rows = min(BLOCK, int(args, 6) - first);
  const row = (<usize>columns) << 2;
  const start = <usize>first * row;
  const aRow = address(args, 1);
  const c = address(args, 5) + start;
  multiply(
    address(args, 0) + <usize>first * aRow,
    aRow,
    address(args, 2),
    address(args, 3),
    address(args, 4),
    c,
    row,
    rows,
    columns,
    int(args, 8),
    address(args, 9) + <usize>thread * address(args, 10),
  );
  const x = address(args, 17);
  if (x) {
    const sums = address(args, 18) + <usize>unit * row;
    memory.fill(sums, 0, row);
    for (let i = 0; i < rows; i++) {
      addProduct(sums, x + start + <usize>i * row, c + <usize>i * row, columns);
    }
  }
  finish(args, c, start, rows, columns);
}

function finish(args: usize, c: usize, start: usize, rows: i32, columns: i32): void {
  const bias = address(args, 11),
    scale = address(args, 12),
    shift = address(args, 13);
  const plain = address(args, 14),
    residual = address(args, 16);
  const activation = int(args, 15);
  if (!bias && !scale && !shift && !plain && !activation && !residual) return;
  const row = (<usize>columns) << 2;
  for (let i = 0; i < rows; i++) {
    const along = <usize>i * row;
    finishRow(
      c + along,
      c + along,
      columns,
      bias,
      scale,
      shift,
      plain ? plain + start + along : 0,
      activation,
      residual ? residual + start + along : 0,
    );
  }
}
