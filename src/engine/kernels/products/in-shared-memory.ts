/**
 * A workgroup brings a strip of both matrices into its shared memory, the next one while it
 * multiplies this one, and every thread keeps its results in registers: for real graphics chips.
 */
import { times } from '../wgsl.ts';
import type { ProductCode, ProductLayout, ThreadTiling } from './contract.ts';
import { threadSharesOf, type ThreadShares } from './shares.ts';
import { alongStrips, leftStrip, strip, type Keep } from './strips.ts';

/** The loop over the depth is written out: that alone makes the product a third faster. */
export function inSharedMemory(
  tiling: ThreadTiling,
  layout: ProductLayout,
  code: ProductCode,
): string {
  const shares = threadSharesOf(tiling);
  const { depth, rows, columns, across, threads, threadRows, vectors } = shares;
  const eachResult = (line: (row: number, vector: number) => string): string =>
    times(threadRows, (row) => times(vectors, (vector) => line(row, vector)));
  const left = leftStrip(layout, shares, code, keepLeft(layout.leftTurned, shares));
  const right = strip('right', !layout.rightTurned, shares, code, keepRight(layout, shares));
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
      ${alongStrips(
        left,
        right,
        times(depth, (k) => multiply(k, shares, layout)),
      )}
      ${times(vectors, (vector) => writeColumn(vector, shares, layout, code))}
    }
  `;
}

const turn = (depth: number): string => {
  if (depth === 2) return '((row >> 2) & 1)';
  return depth === 4 ? '((row >> 1) & 3)' : `(row & ${Math.min(depth, 8) - 1})`;
};

const keepLeft =
  (along: boolean, { rows }: ThreadShares): Keep =>
  (line, k, value) =>
    `leftStrip[${along ? `${line} * ${rows} + ${k}` : `slot(${line}, ${k})`}] = ${value};`;

/** Neighbouring threads read neighbouring rows of the strip: every fourth column comes first. */
const keepRight =
  ({ rightTurned }: ProductLayout, { columns }: ThreadShares): Keep =>
  (line, k, value) => {
    const row = `((${line}) % 4) * ${columns} + (${line}) / 4`;
    return `rightStrip[${rightTurned ? `slot(${row}, ${k})` : `${line} * ${columns} + ${k}`}] = ${value};`;
  };

/** Adds the products of the four numbers that vector `k` of the strips holds. */
function multiply(k: number, shares: ThreadShares, layout: ProductLayout): string {
  const { rows, columns, across, down, threadRows, vectors } = shares;
  const parts = [0, 1, 2, 3];
  const leftOf = (row: number, part: number): string =>
    layout.leftTurned ? `a${row >> 2}_${part}[${row & 3}]` : `a${row}[${part}]`;
  const rightOf = (part: number): string =>
    layout.rightTurned
      ? `vec4<f32>(b0[${part}], b1[${part}], b2[${part}], b3[${part}])`
      : `b${part}`;
  const loadLeft = layout.leftTurned
    ? times(threadRows / 4, (i) =>
        times(
          4,
          (part) => `let a${i}_${part} = leftStrip[${(4 * k + part) * rows + i * down} + down];`,
        ),
      )
    : times(threadRows, (row) => `let a${row} = leftStrip[slot(down + ${row * down}, ${k})];`);
  const loadRight = (vector: number): string =>
    times(4, (part) =>
      layout.rightTurned
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
function writeColumn(
  vector: number,
  shares: ThreadShares,
  { leftTurned, runs }: ProductLayout,
  { write, addend, writeSum }: ProductCode,
): string {
  const { across, down, threadRows } = shares;
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
            ${runs?.row('row', row) ?? ''}
            let place = ${runs ? `outRow${row}` : '(batch * sizes.rows + row)'} * sizes.columns + column;
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
