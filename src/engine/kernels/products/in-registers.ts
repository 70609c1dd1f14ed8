/**
 * A thread makes its results in registers and shares nothing with its neighbours, so there is no
 * barrier, which an emulated adapter pays for dearly.
 */
import { times } from '../wgsl.ts';
import type { ProductCode, ThreadTiling } from './contract.ts';

/** What lies beyond the edge is read from the edge, and not written. */
export function inRegisters(tiling: ThreadTiling, code: ProductCode): string {
  const { threadRows: rows, threadColumns } = tiling;
  const vectors = threadColumns / 4;
  const results = Array.from(
    { length: rows * vectors },
    (_, i) => `c${Math.floor(i / vectors)}${i % vectors}`,
  );
  const { functions = '', write, addend, writeSum } = code;
  return /* wgsl */ `
    ${functions}
    @compute @workgroup_size(${tiling.columns / threadColumns}, ${tiling.rows / rows})
    fn main(@builtin(global_invocation_id) id : vec3<u32>) {
      let firstColumn = i32(id.x) * ${vectors};
      let firstRow = i32(id.y) * ${rows};
      if (firstRow >= sizes.rows || firstColumn >= sizes.columns) { return; }
      ${times(results.length, (i) => `var ${results[i] ?? ''} = vec4<f32>(0.0);`)}
      ${code.rightTurned ? rowsByRows(rows, vectors, code) : rowsByColumns(rows, vectors, code)}
      // A loop, because a shader with every result written out takes three times as long to compile.
      var results = array<vec4<f32>, ${results.length}>(${results.join(', ')});
      ${writeSum ? `var columnSums : array<vec4<f32>, ${vectors}>;` : ''}
      for (var i = 0; i < ${results.length}; i++) {
        let row = firstRow + i / ${vectors};
        let column = firstColumn + i % ${vectors};
        if (row >= sizes.rows || column >= sizes.columns) { continue; }
        let place = row * sizes.columns + column;
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

const rowStarts = (rows: number): string =>
  times(rows, (row) => `let l${row} = min(firstRow + ${row}, sizes.rows - 1) * sizes.inner;`);

const factors = (rows: number, { left, factor }: ProductCode): string => /* wgsl */ `
  ${factor ? `let factor = ${factor}[k];` : ''}
  ${times(rows, (row) => `let f${row} = ${left}[l${row} + k] ${factor ? '* factor' : ''};`)}
`;

/** left [rows, inner] · right [columns, inner] turned around. */
const rowsByRows = (rows: number, vectors: number, code: ProductCode): string => /* wgsl */ `
  ${rowStarts(rows)}
  ${times(
    4 * vectors,
    (column) =>
      `let r${column} = min(4 * firstColumn + ${column}, 4 * sizes.columns - 1) * sizes.inner;`,
  )}
  for (var k = 0; k < sizes.inner; k++) {
    ${factors(rows, code)}
    ${times(
      4 * vectors,
      (column) => /* wgsl */ `{
        let p = ${code.right(`r${column} + k`)};
        ${times(rows, (row) => `c${row}${column >> 2}[${column % 4}] += dot(f${row}, p);`)}
      }`,
    )}
  }
`;

/** left [rows, inner] · right [inner, columns]. */
const rowsByColumns = (rows: number, vectors: number, code: ProductCode): string => /* wgsl */ `
  ${rowStarts(rows)}
  ${times(vectors, (vector) => `let r${vector} = min(firstColumn + ${vector}, sizes.columns - 1);`)}
  for (var k = 0; k < sizes.inner; k++) {
    ${factors(rows, code)}
    ${times(
      4,
      (part) => /* wgsl */ `{
        let start = (4 * k + ${part}) * sizes.columns;
        ${times(vectors, (vector) => `let p${vector} = ${code.right(`start + r${vector}`)};`)}
        ${times(rows, (row) =>
          times(vectors, (vector) => `c${row}${vector} += f${row}[${part}] * p${vector};`),
        )}
      }`,
    )}
  }
`;
