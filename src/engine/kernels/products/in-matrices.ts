/**
 * Subgroups multiply small matrices in the chip's matrix units: both sides in half precision, sums in
 * single. Strips of the sides lie in shared memory, the next ones are brought meanwhile.
 */
import { times } from '../wgsl.ts';
import { threadsOf, type MatrixTiling, type ProductCode, type ProductLayout } from './contract.ts';
import { sharesOf, type Shares } from './shares.ts';
import {
  alongStrips,
  gainOf,
  halving,
  leftStrip,
  strip,
  type Keep,
  type LeftStrip,
  type Strip,
} from './strips.ts';

/** Numbers after each line of a strip, so that lines start in different banks. */
const MARGIN = 8;

/** Rows of a matrix that a subgroup's threads hold at once, each a vector of four. */
const rowsAtOnce = ({ units: { side, subgroup } }: MatrixTiling): number =>
  Math.min(side, subgroup / (side / 4));

/** Threads that write sums of columns, one above the other, in a workgroup. */
export const matrixSumRows = (tiling: MatrixTiling): number =>
  tiling.subgroups[0] * rowsAtOnce(tiling);

/** Bytes of shared memory. */
export function matrixBytes(tiling: MatrixTiling): number {
  const { rows, columns, depth, subgroups, units } = tiling;
  const longest = Math.max(
    (rows + columns) * (depth + MARGIN),
    depth * (rows + columns + 2 * MARGIN),
  );
  return 2 * longest + 4 * units.side ** 2 * subgroups[0] * subgroups[1];
}

export function inMatrices(tiling: MatrixTiling, layout: ProductLayout, code: ProductCode): string {
  const { rows, columns, depth, subgroups, units } = tiling;
  const { side } = units;
  const [down, across] = subgroups;
  const threads = threadsOf(tiling);
  const [high, wide] = [rows / down / side, columns / across / side];
  const shares = sharesOf(tiling);
  const left = leftSide(layout, shares, side, code);
  const right = rightSide(layout, shares, side, code);
  const eachMatrix = (line: (row: number, column: number) => string): string =>
    times(high, (row) => times(wide, (column) => line(row, column)));
  return /* wgsl */ `
    ${code.functions ?? ''}
    var<workgroup> leftStrip : array<f16, ${left.length}>;
    var<workgroup> rightStrip : array<f16, ${right.length}>;
    var<workgroup> drained : array<f32, ${side * side * down * across}>;
    ${halving}
    @compute @workgroup_size(${threads})
    fn main(
      @builtin(workgroup_id) group : vec3<u32>,
      @builtin(local_invocation_index) index : u32,
      @builtin(subgroup_id) subgroupIndex : u32,
      @builtin(subgroup_invocation_id) subgroupLane : u32,
    ) {
      let local = i32(index);
      let subgroup = i32(subgroupIndex);
      let lane = i32(subgroupLane);
      let down = subgroup / ${across} * ${high * side};
      let across = subgroup % ${across} * ${wide * side};
      let firstRow = i32(group.y) * ${rows};
      let firstColumn = i32(group.x) * ${columns / 4};
      let batch = i32(group.z);
      ${eachMatrix((row, column) => `var c${row}_${column} = subgroup_matrix_result<f32, ${side}, ${side}>();`)}
      ${alongStrips(
        left,
        right,
        times(depth / side, (step) => multiply(step * side, { side, high, wide, left, right })),
      )}
      ${times(wide, (column) => drainColumn(column, high, tiling, layout, code))}
    }
  `;
}

/** What lies of a side in shared memory. */
interface Stored {
  /** Numbers. */
  readonly length: number;
  /** WGSL of the matrix that begins at `place` across the strip and `k` along it. */
  readonly load: (place: string, k: number) => string;
}

function leftSide(
  layout: ProductLayout,
  shares: Shares,
  side: number,
  code: ProductCode,
): LeftStrip & Stored {
  const { lift } = gainOf(code);
  const { keep, ...stored } = store('left', layout.leftTurned, side, shares);
  const strip = leftStrip(layout, shares, code, (line, k, value) => keep(line, k, value + lift));
  return { ...strip, ...stored };
}

function rightSide(
  layout: ProductLayout,
  shares: Shares,
  side: number,
  code: ProductCode,
): Strip & Stored {
  const along = !layout.rightTurned;
  const { keep, ...stored } = store('right', along, side, shares);
  return { ...strip('right', along, shares, code, keep), ...stored };
}

/** `along`: lines run across the strip, not along `inner`. */
function store(
  name: 'left' | 'right',
  along: boolean,
  side: number,
  shares: Shares,
): Stored & { readonly keep: Keep } {
  const width = 4 * (name === 'left' ? shares.rows : shares.columns);
  const depth = 4 * shares.depth;
  const line = MARGIN + (along ? width : depth);
  // Left matrices are read by rows, right ones by columns; both lie there either way.
  const order = (name === 'left') === along ? 'col_major' : 'row_major';
  return {
    length: line * (along ? depth : width),
    keep: (row, k, value) => /* wgsl */ `
      let place = (${row}) * ${line} + 4 * (${k});
      let four = halved(${value});
      ${times(4, (i) => `${name}Strip[place + ${i}] = four[${i}];`)}`,
    load: (place, k) => {
      const start = along ? `${k * line} + ${place}` : `(${place}) * ${line} + ${k}`;
      return `subgroupMatrixLoad<subgroup_matrix_${name}<f16, ${side}, ${side}>, ${order}>(&${name}Strip, u32(${start}), ${line}u)`;
    },
  };
}

interface Step {
  readonly side: number;
  readonly high: number;
  readonly wide: number;
  readonly left: Stored;
  readonly right: Stored;
}

function multiply(k: number, { side, high, wide, left, right }: Step): string {
  return /* wgsl */ `{
    ${times(high, (row) => `let l${row} = ${left.load(`down + ${row * side}`, k)};`)}
    ${times(
      wide,
      (column) => /* wgsl */ `{
        let r = ${right.load(`across + ${column * side}`, k)};
        ${times(high, (row) => `c${row}_${column} = subgroupMatrixMultiplyAccumulate(l${row}, r, c${row}_${column});`)}
      }`,
    )}
  }`;
}

/** Writes a subgroup's matrices of one column: through shared memory, where threads find single numbers. */
function drainColumn(
  column: number,
  high: number,
  tiling: MatrixTiling,
  { runs }: ProductLayout,
  code: ProductCode,
): string {
  const { write, addend, writeSum } = code;
  const { side } = tiling.units;
  const [down, across] = tiling.subgroups;
  const atOnce = rowsAtOnce(tiling);
  const isOne = `column < sizes.columns && lane < ${(atOnce * side) / 4}`;
  return /* wgsl */ `{
    let column = firstColumn + across / 4 + ${(column * side) / 4} + lane % ${side / 4};
    ${writeSum ? 'var columnSum = vec4<f32>(0.0);' : ''}
    ${times(
      high,
      (row) => /* wgsl */ `
      workgroupBarrier();
      subgroupMatrixStore<row_major>(&drained, u32(subgroup * ${side * side}), c${row}_${column}, ${side}u);
      workgroupBarrier();
      for (var i = 0; i < ${side / atOnce}; i++) {
        let inMatrix = lane / ${side / 4} + i * ${atOnce};
        let row = firstRow + down + ${row * side} + inMatrix;
        if (row < sizes.rows && ${isOne}) {
          let at = subgroup * ${side * side} + inMatrix * ${side} + lane % ${side / 4} * 4;
          ${runs?.row('row', 0) ?? ''}
          let place = ${runs ? 'outRow0' : '(batch * sizes.rows + row)'} * sizes.columns + column;
          let result = vec4<f32>(drained[at], drained[at + 1], drained[at + 2], drained[at + 3])
            ${gainOf(code).down};
          ${addend ? `columnSum += ${addend};` : ''}
          ${write}
        }
      }`,
    )}
    ${
      writeSum
        ? /* wgsl */ `
    if (${isOne}) {
      let sumRow =
        (i32(group.y) * ${down} + subgroup / ${across}) * ${atOnce} + lane / ${side / 4};
      ${writeSum}
    }`
        : ''
    }
  }`;
}
