/**
 * A thread makes its results in registers and shares nothing with its neighbours, so there is no
 * barrier, which an emulated adapter pays for dearly.
 */
import { times } from '../wgsl.ts';
import type { ProductCode, ProductLayout, Runs, ThreadTiling } from './contract.ts';

/** What lies beyond the edge is read from the edge, and not written. */
export function inRegisters(
  tiling: ThreadTiling,
  layout: ProductLayout,
  code: ProductCode,
): string {
  const { threadRows: rows, threadColumns } = tiling;
  const vectors = threadColumns / 4;
  const results = Array.from(
    { length: rows * vectors },
    (_, i) => `c${Math.floor(i / vectors)}${i % vectors}`,
  );
  const { functions = '', write, addend, writeSum } = code;
  const multiply = layout.rightTurned ? rowsByRows : rowsByColumns;
  return /* wgsl */ `
    ${functions}
    @compute @workgroup_size(${tiling.columns / threadColumns}, ${tiling.rows / rows})
    fn main(@builtin(global_invocation_id) id : vec3<u32>) {
      let firstColumn = i32(id.x) * ${vectors};
      let firstRow = i32(id.y) * ${rows};
      let batch = i32(id.z);
      if (firstRow >= sizes.rows || firstColumn >= sizes.columns) { return; }
      ${times(results.length, (i) => `var ${results[i] ?? ''} = vec4<f32>(0.0);`)}
      ${multiply(rows, vectors, code, (body) => alongInner(rows, layout.runs, code, body))}
      // A loop, because a shader with every result written out takes three times as long to compile.
      var results = array<vec4<f32>, ${results.length}>(${results.join(', ')});
      ${layout.runs ? `var outRows = array<i32, ${rows}>(${namesOf('outRow', rows)});` : ''}
      ${writeSum ? `var columnSums : array<vec4<f32>, ${vectors}>;` : ''}
      for (var i = 0; i < ${results.length}; i++) {
        let row = firstRow + i / ${vectors};
        let column = firstColumn + i % ${vectors};
        if (row >= sizes.rows || column >= sizes.columns) { continue; }
        let outRow = ${layout.runs ? `outRows[i / ${vectors}]` : 'batch * sizes.rows + row'};
        let place = outRow * sizes.columns + column;
        let result = results[i];
        ${addend ? `columnSums[i % ${vectors}] += ${addend};` : ''}
        ${write}
      }
      ${
        writeSum
          ? /* wgsl */ `
        let sumRow = i32(id.y);
        for (var i = 0; i < ${vectors}; i++) {
          let column = firstColumn + i;
          let columnSum = columnSums[i];
          if (column < sizes.columns) { ${writeSum} }
        }`
          : ''
      }
    }
  `;
}

const namesOf = (name: string, count: number): string =>
  Array.from({ length: count }, (_, i) => `${name}${i}`).join(', ');

type AlongInner = (body: string) => string;

/** `body` for every `k`, with the vectors `f0`, `f1` … that the rows have there. */
function alongInner(
  rows: number,
  runs: Runs | undefined,
  { left, factors = [] }: ProductCode,
  body: string,
): string {
  const eachRow = (line: (row: number) => string): string => times(rows, line);
  const rowOf = (row: number): string => `min(firstRow + ${row}, sizes.rows - 1)`;
  const scale = (k: string): string => {
    const each = factors.map((factor) => `${factor}[${k}]`);
    return each.length > 0 ? `let factor = ${each.join(' * ')};` : '';
  };
  const scaled = (value: string): string => (factors.length > 0 ? `${value} * factor` : value);
  if (!runs) {
    return /* wgsl */ `
      ${eachRow((row) => `let l${row} = (batch * sizes.rows + ${rowOf(row)}) * sizes.inner;`)}
      for (var k = 0; k < sizes.inner; k++) {
        ${scale('k')}
        ${eachRow((row) => `let f${row} = ${scaled(`${left}[l${row} + k]`)};`)}
        ${body}
      }
    `;
  }
  const read = (row: number): string =>
    `select(vec4<f32>(0.0), ${left}[start${row} + inRun], start${row} >= 0)`;
  const starts = Array.from({ length: rows }, (_, row) => `start${row}`);
  return /* wgsl */ `
    ${eachRow((row) => runs.row(rowOf(row), row))}
    ${runs.first}
    for (var begin = 0; begin < sizes.inner; begin += sizes.run) {
      ${eachRow(runs.start)}
      if (${starts.reduce((all, start) => `max(${all}, ${start})`)} >= 0) {
        for (var inRun = 0; inRun < sizes.run; inRun++) {
          let k = begin + inRun;
          ${scale('inRun')}
          ${eachRow((row) => `let f${row} = ${scaled(read(row))};`)}
          ${body}
        }
      }
      ${runs.next}
    }
  `;
}

/** left [rows, inner] · right [columns, inner] turned around. */
const rowsByRows = (
  rows: number,
  vectors: number,
  { right }: ProductCode,
  along: AlongInner,
): string => /* wgsl */ `
  ${times(
    4 * vectors,
    (column) => /* wgsl */ `
      let r${column} = (4 * batch * sizes.columns
        + min(4 * firstColumn + ${column}, 4 * sizes.columns - 1)) * sizes.inner;`,
  )}
  ${along(
    times(
      4 * vectors,
      (column) => /* wgsl */ `{
        let p = ${right(`r${column} + k`)};
        ${times(rows, (row) => `c${row}${column >> 2}[${column % 4}] += dot(f${row}, p);`)}
      }`,
    ),
  )}
`;

/** left [rows, inner] · right [inner, columns]. */
const rowsByColumns = (
  rows: number,
  vectors: number,
  { right }: ProductCode,
  along: AlongInner,
): string => /* wgsl */ `
  ${times(vectors, (vector) => `let r${vector} = min(firstColumn + ${vector}, sizes.columns - 1);`)}
  ${along(
    times(
      4,
      (part) => /* wgsl */ `{
        let start = (4 * (batch * sizes.inner + k) + ${part}) * sizes.columns;
        ${times(vectors, (vector) => `let p${vector} = ${right(`start + r${vector}`)};`)}
        ${times(rows, (row) =>
          times(vectors, (vector) => `c${row}${vector} += f${row}[${part}] * p${vector};`),
        )}
      }`,
    ),
  )}
`;
