/** The kernels of a matrix product. */
import { address, int } from './args';
import { BLOCK, packRight } from './panels';
import { multiply } from './product';
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
 * c = ((scaleIn ⊙ a) · b + bias) ⊙ scale + shift, a unit for every BLOCK rows. Arguments: a, bytes
 * from row to row, from column to column, scaleIn, packed b, c, rows, columns, depth, bias, scale,
 * shift, plain (what is scaled, to be kept), work, work's bytes a thread. An address of 0 leaves its part out.
 */
export function product(args: usize, unit: i32, thread: i32): void {
  const columns = int(args, 7);
  const first = unit * BLOCK;
  const rows = min(BLOCK, int(args, 6) - first);
  const cRow = (<usize>columns) << 2;
  const aRow = address(args, 1);
  const c = address(args, 5) + <usize>first * cRow;
  multiply(
    address(args, 0) + <usize>first * aRow,
    aRow,
    address(args, 2),
    address(args, 3),
    address(args, 4),
    c,
    cRow,
    rows,
    columns,
    int(args, 8),
    address(args, 13) + <usize>thread * address(args, 14),
  );
  const bias = address(args, 9),
    scale = address(args, 10),
    shift = address(args, 11);
  const plain = address(args, 12);
  if (!bias && !scale && !shift && !plain) return;
  for (let i = 0; i < rows; i++) {
    const row = <usize>i * cRow;
    const kept = plain ? plain + <usize>first * cRow + row : 0;
    finishRow(c + row, c + row, columns, bias, scale, shift, kept);
  }
}
