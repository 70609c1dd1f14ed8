/**
 * Subgroups multiply matrices of 16 × 16 in the chip's matrix units: both sides in half precision,
 * sums in single. Strips of the sides lie in shared memory, the next ones are brought meanwhile.
 */
import { times } from '../wgsl.ts';
import {
  SUBGROUP,
  threadsOf,
  type MatrixTiling,
  type ProductCode,
  type ProductLayout,
} from './contract.ts';
import { sharesOf, type Shares } from './shares.ts';
import { alongStrips, leftStrip, strip, type Keep, type LeftStrip, type Strip } from './strips.ts';

/** Side of a matrix. */
const SIDE = 16;
/** Numbers after each line of a strip, so that lines start in different banks. */
const MARGIN = 8;

/** What a device must have, as WGSL calls it. */
export const MATRIX_FEATURES = ['f16', 'subgroups', 'chromium_experimental_subgroup_matrix'];

/** Threads that write sums of columns, one above the other, in a workgroup. */
export const matrixSumRows = ({ subgroups: [down] }: MatrixTiling): number => down * (SUBGROUP / 4);

/** Bytes of shared memory. */
export function matrixBytes(tiling: MatrixTiling): number {
  const { rows, columns, depth, subgroups } = tiling;
  const longest = Math.max(
    (rows + columns) * (depth + MARGIN),
    depth * (rows + columns + 2 * MARGIN),
  );
  return 2 * longest + 4 * SIDE * SIDE * subgroups[0] * subgroups[1];
}

export function inMatrices(tiling: MatrixTiling, layout: ProductLayout, code: ProductCode): string {
  const { rows, columns, depth, subgroups } = tiling;
  const [down, across] = subgroups;
  const threads = threadsOf(tiling);
  const [high, wide] = [rows / down / SIDE, columns / across / SIDE];
  const shares = sharesOf(tiling);
  const left = leftSide(layout, shares, code);
  const right = rightSide(layout, shares, code);
  const eachMatrix = (line: (row: number, column: number) => string): string =>
    times(high, (row) => times(wide, (column) => line(row, column)));
  return /* wgsl */ `
    ${code.functions ?? ''}
    var<workgroup> leftStrip : array<f16, ${left.length}>;
    var<workgroup> rightStrip : array<f16, ${right.length}>;
    var<workgroup> drained : array<f32, ${SIDE * SIDE * down * across}>;
    const LARGEST = vec4<f32>(65504.0);
    fn halved(value : vec4<f32>) -> vec4<f16> {
      return vec4<f16>(clamp(value, -LARGEST, LARGEST));
    }
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
      let down = subgroup / ${across} * ${high * SIDE};
      let across = subgroup % ${across} * ${wide * SIDE};
      let firstRow = i32(group.y) * ${rows};
      let firstColumn = i32(group.x) * ${columns / 4};
      let batch = i32(group.z);
      ${eachMatrix((row, column) => `var c${row}_${column} = subgroup_matrix_result<f32, ${SIDE}, ${SIDE}>();`)}
      ${alongStrips(
        left,
        right,
        times(depth / SIDE, (step) => multiply(step * SIDE, { high, wide, left, right })),
      )}
      ${times(wide, (column) => drainColumn(column, { high, down, across }, layout, code))}
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

function leftSide(layout: ProductLayout, shares: Shares, code: ProductCode): LeftStrip & Stored {
  const { leftTurned: along } = layout;
  const gain = code.leftGain ? `* ${code.leftGain}.0` : '';
  const { keep, ...stored } = store('left', along, 4 * shares.rows, 4 * shares.depth);
  const strip = leftStrip(layout, shares, code, (line, k, value) => keep(line, k, value + gain));
  return { ...strip, ...stored };
}

function rightSide(layout: ProductLayout, shares: Shares, code: ProductCode): Strip & Stored {
  const along = !layout.rightTurned;
  const { keep, ...stored } = store('right', along, 4 * shares.columns, 4 * shares.depth);
  return { ...strip('right', along, shares, code, keep), ...stored };
}

/** `along`: lines run across the strip, not along `inner`. */
function store(
  name: 'left' | 'right',
  along: boolean,
  width: number,
  depth: number,
): Stored & { readonly keep: Keep } {
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
      return `subgroupMatrixLoad<subgroup_matrix_${name}<f16, ${SIDE}, ${SIDE}>, ${order}>(&${name}Strip, u32(${start}), ${line}u)`;
    },
  };
}

interface Step {
  readonly high: number;
  readonly wide: number;
  readonly left: Stored;
  readonly right: Stored;
}

function multiply(k: number, { high, wide, left, right }: Step): string {
  return /* wgsl */ `{
    ${times(high, (row) => `let l${row} = ${left.load(`down + ${row * SIDE}`, k)};`)}
    ${times(
      wide,
      (column) => /* wgsl */ `{
        let r = ${right.load(`across + ${column * SIDE}`, k)};
        ${times(high, (row) => `c${row}_${column} = subgroupMatrixMultiplyAccumulate(l${row}, r, c${row}_${column});`)}
      }`,
    )}
  }`;
}

/** Writes a subgroup's matrices of one column: through shared memory, where threads find single numbers. */
function drainColumn(
  column: number,
  { high, down, across }: { high: number; down: number; across: number },
  { runs }: ProductLayout,
  { write, addend, writeSum, leftGain }: ProductCode,
): string {
  const rowsAtOnce = SUBGROUP / 4;
  return /* wgsl */ `{
    let column = firstColumn + across / 4 + ${(column * SIDE) / 4} + lane % 4;
    ${writeSum ? 'var columnSum = vec4<f32>(0.0);' : ''}
    ${times(
      high,
      (row) => /* wgsl */ `
      workgroupBarrier();
      subgroupMatrixStore<row_major>(&drained, u32(subgroup * ${SIDE * SIDE}), c${row}_${column}, ${SIDE}u);
      workgroupBarrier();
      for (var i = 0; i < ${SIDE / rowsAtOnce}; i++) {
        let inMatrix = lane / 4 + i * ${rowsAtOnce};
        let row = firstRow + down + ${row * SIDE} + inMatrix;
        if (row < sizes.rows && column < sizes.columns) {
          let at = subgroup * ${SIDE * SIDE} + inMatrix * ${SIDE} + lane % 4 * 4;
          ${runs?.row('row', 0) ?? ''}
          let place = ${runs ? 'outRow0' : '(batch * sizes.rows + row)'} * sizes.columns + column;
          let result = vec4<f32>(drained[at], drained[at + 1], drained[at + 2], drained[at + 3])
            ${leftGain ? `* ${1 / leftGain}` : ''};
          ${addend ? `columnSum += ${addend};` : ''}
          ${write}
        }
      }`,
    )}
    ${
      writeSum
        ? /* wgsl */ `
    if (column < sizes.columns) {
      let sumRow = (i32(group.y) * ${down} + subgroup / ${across}) * ${rowsAtOnce} + lane / 4;
      ${writeSum}
    }`
        : ''
    }
  }`;
}
