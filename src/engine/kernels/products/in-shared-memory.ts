/**
 * A workgroup brings a strip of both matrices into its shared memory, the next one while it
 * multiplies this one, and every thread keeps its results in registers: for real graphics chips.
 */
import { times } from '../wgsl.ts';
import { threadsOf, type ProductCode, type ThreadTiling } from './contract.ts';
import { strip, type Shares, type Strip } from './strips.ts';

/** Shared bytes that a tiling takes. */
export const sharedBytes = ({ rows, columns, depth }: ThreadTiling): number =>
  4 * depth * (rows + columns);

/** All lengths in vectors of four, but for `threadRows`. */
interface ThreadShares extends Shares {
  readonly across: number;
  readonly down: number;
  readonly threadRows: number;
  readonly vectors: number;
}

function sharesOf(tiling: ThreadTiling): ThreadShares {
  return {
    depth: tiling.depth / 4,
    rows: tiling.rows / 4,
    columns: tiling.columns / 4,
    across: tiling.columns / tiling.threadColumns,
    down: tiling.rows / tiling.threadRows,
    threads: threadsOf(tiling),
    threadRows: tiling.threadRows,
    vectors: tiling.threadColumns / 4,
  };
}

/** The loop over the depth is written out: that alone makes the product a third faster. */
export function inSharedMemory(tiling: ThreadTiling, code: ProductCode): string {
  const shares = sharesOf(tiling);
  const { depth, rows, columns, across, threads, threadRows, vectors } = shares;
  const eachResult = (line: (row: number, vector: number) => string): string =>
    times(threadRows, (row) => times(vectors, (vector) => line(row, vector)));
  const side = (name: 'left' | 'right', along: boolean): Strip =>
    strip(name, along, shares, code, (_, value) => {
      return `${name}Strip[${slotOf(name, along, shares)}] = ${value};`;
    });
  const left = side('left', code.leftTurned);
  const right = side('right', !code.rightTurned);
  return /* wgsl */ `
    ${code.functions ?? ''}
    var<workgroup> leftStrip : array<vec4<f32>, ${rows * 4 * depth}>;
    var<workgroup> rightStrip : array<vec4<f32>, ${columns * 4 * depth}>;
    // Rows of a strip start in different banks.
    fn slot(row : i32, k : i32) -> i32 { return row * ${depth} + (k ^ ${turn(depth)}); }
    @compute @workgroup_size(${threads})
    fn main(
      @builtin(workgroup_id) group : vec3<u32>,
      @builtin(local_invocation_index) index : u32,
    ) {
      let local = i32(index);
      let across = local % ${across};
      let down = local / ${across};
      let firstRow = i32(group.y) * ${4 * rows};
      let firstColumn = i32(group.x) * ${columns};
      let batch = i32(group.z);
      ${eachResult((row, vector) => `var c${row}_${vector} = vec4<f32>(0.0);`)}
      ${left.declare} ${right.declare}
      var k0 = 0;
      ${left.fetch} ${right.fetch}
      while (k0 < sizes.inner) {
        workgroupBarrier();
        ${left.store} ${right.store}
        workgroupBarrier();
        k0 += ${depth};
        ${left.fetch} ${right.fetch}
        ${times(depth, (k) => multiply(k, shares, code))}
      }
      ${times(vectors, (vector) => writeColumn(vector, shares, code))}
    }
  `;
}

const turn = (depth: number): string => {
  if (depth === 2) return '((row >> 2) & 1)';
  return depth === 4 ? '((row >> 1) & 3)' : `(row & ${Math.min(depth, 8) - 1})`;
};

/** Where vector `q` of a strip lies: neighbouring threads read neighbouring rows, so every fourth column comes first. */
function slotOf(side: 'left' | 'right', along: boolean, { depth, columns }: Shares): string {
  if (along) return 'q';
  const row =
    side === 'left' ? `q / ${depth}` : `((q / ${depth}) % 4) * ${columns} + q / ${4 * depth}`;
  return `slot(${row}, q % ${depth})`;
}

/** Adds the products of the four numbers that vector `k` of the strips holds. */
function multiply(k: number, shares: ThreadShares, code: ProductCode): string {
  const { rows, columns, across, down, threadRows, vectors } = shares;
  const parts = [0, 1, 2, 3];
  const leftOf = (row: number, part: number): string =>
    code.leftTurned ? `a${row >> 2}_${part}[${row & 3}]` : `a${row}[${part}]`;
  const rightOf = (part: number): string =>
    code.rightTurned ? `vec4<f32>(b0[${part}], b1[${part}], b2[${part}], b3[${part}])` : `b${part}`;
  const loadLeft = code.leftTurned
    ? times(threadRows / 4, (i) =>
        times(
          4,
          (part) => `let a${i}_${part} = leftStrip[${(4 * k + part) * rows + i * down} + down];`,
        ),
      )
    : times(threadRows, (row) => `let a${row} = leftStrip[slot(down + ${row * down}, ${k})];`);
  const loadRight = (vector: number): string =>
    times(4, (part) =>
      code.rightTurned
        ? `let b${part} = rightStrip[slot(across + ${part * columns + vector * across}, ${k})];`
        : `let b${part} = rightStrip[${(4 * k + part) * columns + vector * across} + across];`,
    );
  return /* wgsl */ `{
    ${loadLeft}
    ${times(
      vectors,
      (vector) => /* wgsl */ `{
        ${loadRight(vector)}
        ${parts
          .map(
            (part) => /* wgsl */ `{
              let right = ${rightOf(part)};
              ${times(
                threadRows,
                (row) =>
                  `c${row}_${vector} = fma(vec4<f32>(${leftOf(row, part)}), right, c${row}_${vector});`,
              )}
            }`,
          )
          .join('\n')}
      }`,
    )}
  }`;
}

/** The results of a thread in one vector of columns. */
function writeColumn(vector: number, shares: ThreadShares, code: ProductCode): string {
  const { across, down, threadRows } = shares;
  const { leftTurned, write, addend, writeSum } = code;
  const rowOf = (row: number): string =>
    leftTurned ? `4 * (down + ${(row >> 2) * down}) + ${row & 3}` : `down + ${row * down}`;
  return /* wgsl */ `{
    let column = firstColumn + across + ${vector * across};
    if (column < sizes.columns) {
      ${writeSum ? 'var columnSum = vec4<f32>(0.0);' : ''}
      ${times(
        threadRows,
        (row) => /* wgsl */ `{
          let row = firstRow + ${rowOf(row)};
          if (row < sizes.rows) {
            let place = (batch * sizes.rows + row) * sizes.columns + column;
            let result = c${row}_${vector};
            ${addend ? `columnSum += ${addend};` : ''}
            ${write}
          }
        }`,
      )}
      ${writeSum ? `let sumRow = i32(group.y) * ${down} + down; ${writeSum}` : ''}
    }
  }`;
}
