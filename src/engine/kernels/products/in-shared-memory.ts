/**
 * A workgroup brings a strip of both matrices into its shared memory, in single precision or in half,
 * the next one while it multiplies this one, and every thread keeps its results, always in single, in
 * registers: for real graphics chips.
 */
import { times } from '../wgsl.ts';
import type { ProductCode, ProductLayout, SharedTiling } from './contract.ts';
import { threadSharesOf, type ThreadShares } from './shares.ts';
import { alongStrips, gainOf, halving, leftStrip, strip, type Keep } from './strips.ts';

/** What the strips are made of, and how a number gets in and out. */
interface Stored {
  readonly element: string;
  readonly keep: (value: string) => string;
  readonly read: (place: string) => string;
}

const SINGLES: Stored = {
  element: 'vec4<f32>',
  keep: (value) => value,
  read: (place) => place,
};
const HALVES: Stored = {
  element: 'vec4<f16>',
  keep: (value) => `halved(${value})`,
  read: (place) => `vec4<f32>(${place})`,
};

/** The loop over the depth is written out: that alone makes the product a third faster. */
export function inSharedMemory(
  tiling: SharedTiling,
  layout: ProductLayout,
  code: ProductCode,
): string {
  const shares = threadSharesOf(tiling);
  const { depth, rows, columns, across, threads, threadRows, vectors } = shares;
  const eachResult = (line: (row: number, vector: number) => string): string =>
    times(threadRows, (row) => times(vectors, (vector) => line(row, vector)));
  const isHalved = tiling.by === 'halves';
  const stored = isHalved ? HALVES : SINGLES;
  const gain = isHalved ? gainOf(code) : { lift: '', down: '' };
  const left = leftStrip(layout, shares, code, keepLeft(layout, shares, stored, gain.lift));
  const right = strip(
    'right',
    !layout.rightTurned,
    shares,
    code,
    keepRight(layout, shares, stored),
  );
  return /* wgsl */ `
    ${code.functions ?? ''}
    ${isHalved ? halving : ''}
    var<workgroup> leftStrip : array<${stored.element}, ${rows * 4 * depth}>;
    var<workgroup> rightStrip : array<${stored.element}, ${columns * 4 * depth}>;
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
        times(depth, (k) => multiply(k, shares, layout, stored)),
      )}
      ${times(vectors, (vector) => writeColumn(vector, shares, layout, code, gain.down))}
    }
  `;
}

const turn = (depth: number): string => {
  if (depth === 2) return '((row >> 2) & 1)';
  return depth === 4 ? '((row >> 1) & 3)' : `(row & ${Math.min(depth, 8) - 1})`;
};

const keepLeft =
  ({ leftTurned }: ProductLayout, { rows }: ThreadShares, { keep }: Stored, lift: string): Keep =>
  (line, k, value) => {
    const place = leftTurned ? `${line} * ${rows} + ${k}` : `slot(${line}, ${k})`;
    return `leftStrip[${place}] = ${keep(value + lift)};`;
  };

/** Neighbouring threads read neighbouring rows of the strip: every fourth column comes first. */
const keepRight =
  ({ rightTurned }: ProductLayout, { columns }: ThreadShares, { keep }: Stored): Keep =>
  (line, k, value) => {
    const row = `((${line}) % 4) * ${columns} + (${line}) / 4`;
    const place = rightTurned ? `slot(${row}, ${k})` : `${line} * ${columns} + ${k}`;
    return `rightStrip[${place}] = ${keep(value)};`;
  };

/** Adds the products of the four numbers that vector `k` of the strips holds. */
function multiply(
  k: number,
  shares: ThreadShares,
  layout: ProductLayout,
  { read }: Stored,
): string {
  const { rows, columns, across, down, threadRows, vectors } = shares;
  const parts = [0, 1, 2, 3];
  const leftOf = (row: number, part: number): string =>
    layout.leftTurned ? `a${row >> 2}_${part}[${row & 3}]` : `a${row}[${part}]`;
  const rightOf = (part: number): string =>
    layout.rightTurned
      ? `vec4<f32>(b0[${part}], b1[${part}], b2[${part}], b3[${part}])`
      : `b${part}`;
  const left = (place: string): string => read(`leftStrip[${place}]`);
  const right = (place: string): string => read(`rightStrip[${place}]`);
  const loadLeft = layout.leftTurned
    ? times(threadRows / 4, (i) =>
        times(
          4,
          (part) => `let a${i}_${part} = ${left(`${(4 * k + part) * rows + i * down} + down`)};`,
        ),
      )
    : times(threadRows, (row) => `let a${row} = ${left(`slot(down + ${row * down}, ${k})`)};`);
  const loadRight = (vector: number): string =>
    times(4, (part) =>
      layout.rightTurned
        ? `let b${part} = ${right(`slot(across + ${part * columns + vector * across}, ${k})`)};`
        : `let b${part} = ${right(`${(4 * k + part) * columns + vector * across} + across`)};`,
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
  letDown: string,
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
            let result = c${row}_${vector} ${letDown};
            ${addend ? `columnSum += ${addend};` : ''}
            ${write}
          }
        }`,
      )}
      ${writeSum ? `let sumRow = i32(group.y) * ${down} + down; ${writeSum}` : ''}
    }
  }`;
}
