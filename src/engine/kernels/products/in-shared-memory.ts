/**
 * A workgroup brings a strip of both matrices into its shared memory, the next one while it
 * multiplies this one, and every thread keeps its results in registers: for real graphics chips.
 */
import { times } from '../wgsl.ts';
import { threadsOf, type ProductCode, type Tiling } from './contract.ts';

/** Shared bytes that a tiling takes. */
export const sharedBytes = ({ rows, columns, depth }: Tiling): number =>
  4 * depth * (rows + columns);

/** All lengths in vectors of four, but for `threadRows`. */
interface Shares {
  readonly depth: number;
  readonly rows: number;
  readonly columns: number;
  readonly across: number;
  readonly down: number;
  readonly threads: number;
  readonly threadRows: number;
  readonly vectors: number;
}

function sharesOf(tiling: Tiling): Shares {
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
export function inSharedMemory(tiling: Tiling, code: ProductCode): string {
  const shares = sharesOf(tiling);
  const { depth, rows, columns, across, threads, threadRows, vectors } = shares;
  const eachResult = (line: (row: number, vector: number) => string): string =>
    times(threadRows, (row) => times(vectors, (vector) => line(row, vector)));
  const left = strip('left', code.leftTurned, (rows * 4 * depth) / threads, shares, code);
  const right = strip('right', !code.rightTurned, (columns * 4 * depth) / threads, shares, code);
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

interface Strip {
  readonly declare: string;
  /** From the buffer into registers; zeros beyond the end of `inner`. */
  readonly fetch: string;
  /** From the registers into shared memory. */
  readonly store: string;
}

/** `along`: vectors run across the strip, not along `inner`. */
function strip(
  side: 'left' | 'right',
  along: boolean,
  each: number,
  { depth, rows, columns, threads }: Shares,
  { left, right, factor }: ProductCode,
): Strip {
  const isLeft = side === 'left';
  const width = isLeft ? rows : columns;
  const all = isLeft ? 'sizes.rows' : '4 * sizes.columns';
  const first = isLeft ? 'firstRow' : '4 * firstColumn';
  const read = isLeft ? (place: string) => `${left}[${place}]` : right;
  const scale = isLeft && factor ? `* ${factor}[min(k, sizes.inner - 1)]` : '';
  const start = `batch * ${all} * sizes.inner`;
  const fetch = along
    ? (i: number) => /* wgsl */ `{
        let q = local + ${i * threads};
        let k = 4 * k0 + q / ${width};
        let at = min((${first}) / 4 + q % ${width}, (${all}) / 4 - 1);
        let value = ${read(`${start} + min(k, 4 * sizes.inner - 1) * ((${all}) / 4) + at`)};
        ${side}${i} = select(vec4<f32>(0.0), value, k < 4 * sizes.inner);
      }`
    : (i: number) => /* wgsl */ `{
        let q = local + ${i * threads};
        let k = k0 + q % ${depth};
        let at = min(${first} + q / ${depth}, ${all} - 1);
        let value = ${read(`${start} + at * sizes.inner + min(k, sizes.inner - 1)`)} ${scale};
        ${side}${i} = select(vec4<f32>(0.0), value, k < sizes.inner);
      }`;
  // Neighbouring threads read neighbouring rows of the strip: every fourth column comes first.
  const row = isLeft ? `q / ${depth}` : `((q / ${depth}) % 4) * ${width} + q / ${4 * depth}`;
  const slot = along ? 'q' : `slot(${row}, q % ${depth})`;
  return {
    declare: times(each, (i) => `var ${side}${i} : vec4<f32>;`),
    fetch: times(each, fetch),
    store: times(
      each,
      (i) => `{ let q = local + ${i * threads}; ${side}Strip[${slot}] = ${side}${i}; }`,
    ),
  };
}

/** Adds the products of the four numbers that vector `k` of the strips holds. */
function multiply(k: number, shares: Shares, code: ProductCode): string {
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
function writeColumn(vector: number, shares: Shares, code: ProductCode): string {
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
