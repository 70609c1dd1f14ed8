/**
 * A thread makes its results in registers and there is no barrier, which an emulated adapter pays for
 * dearly. Either it shares nothing with its neighbours, or four that can read each other's registers
 * stand in a square: each fetches half of its rows and half of its columns, and has the other halves
 * from the one beside and the one below.
 */
import { times } from '../wgsl.ts';
import type { ProductCode, ProductLayout, RegisterTiling, Runs } from './contract.ts';

/** Of a thread's share of the results, whose columns are counted in vectors of four. */
interface Part {
  readonly rows: number;
  readonly vectors: number;
  readonly inQuads: boolean;
}

/** What lies beyond the edge is read from the edge, and not written. */
export function inRegisters(
  tiling: RegisterTiling,
  layout: ProductLayout,
  code: ProductCode,
): string {
  const part = {
    rows: tiling.threadRows,
    vectors: tiling.threadColumns / 4,
    inQuads: tiling.by === 'quads',
  };
  const { rows, vectors } = part;
  const results = Array.from(
    { length: rows * vectors },
    (_, i) => `c${Math.floor(i / vectors)}${i % vectors}`,
  );
  const { functions = '', write, addend, writeSum } = code;
  const multiply = layout.rightTurned ? rowsByRows : rowsByColumns;
  return /* wgsl */ `
    ${functions}
    ${part.inQuads ? startInQuads(tiling, part) : startAlone(tiling, part)}
      ${times(results.length, (i) => `var ${results[i] ?? ''} = vec4<f32>(0.0);`)}
      ${multiply(part, code, (body) => alongInner(part, layout.runs, code, body))}
      // A loop, because a shader with every result written out takes three times as long to compile.
      var results = array<vec4<f32>, ${results.length}>(${results.join(', ')});
      ${layout.runs ? `var outRows = array<i32, ${rows}>(${namesOf('outRow', rows)});` : ''}
      ${writeSum ? `var columnSums : array<vec4<f32>, ${vectors}>;` : ''}
      for (var i = 0; i < ${results.length}; i++) {
        let row = ${rowOf(part, `i / ${vectors}`)};
        let column = ${columnOf(part, `i % ${vectors}`)};
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
        let sumRow = firstRow / ${rows};
        for (var i = 0; i < ${vectors}; i++) {
          let column = ${columnOf(part, 'i')};
          let columnSum = columnSums[i];
          if (firstRow < sizes.rows && column < sizes.columns) { ${writeSum} }
        }`
          : ''
      }
    }
  `;
}

function startAlone({ rows, columns }: RegisterTiling, part: Part): string {
  return /* wgsl */ `
    @compute @workgroup_size(${columns / 4 / part.vectors}, ${rows / part.rows})
    fn main(@builtin(global_invocation_id) id : vec3<u32>) {
      let firstColumn = i32(id.x) * ${part.vectors};
      let firstRow = i32(id.y) * ${part.rows};
      let batch = i32(id.z);
      if (firstRow >= sizes.rows || firstColumn >= sizes.columns) { return; }`;
}

/** None may leave before the others, who read its registers. */
function startInQuads({ rows, columns }: RegisterTiling, part: Part): string {
  const across = columns / 8 / part.vectors;
  const quads = (across * rows) / 2 / part.rows;
  return /* wgsl */ `
    @compute @workgroup_size(${4 * quads})
    fn main(
      @builtin(workgroup_id) group : vec3<u32>,
      @builtin(local_invocation_index) index : u32,
    ) {
      let quad = i32(index) / 4;
      let beside = i32(index) & 1;
      let below = (i32(index) >> 1) & 1;
      let firstRow = i32(group.y) * ${rows} + (2 * (quad / ${across}) + below) * ${part.rows};
      let firstColumn =
        i32(group.x) * ${columns / 4} + (2 * (quad % ${across}) + beside) * ${part.vectors};
      let batch = i32(group.z);
      // Which half a thread fetches and has first.
      let rowTurn = beside * ${part.rows / 2};
      let columnTurn = below * ${part.vectors / 2};`;
}

const rowOf = ({ inQuads }: Part, row: string): string =>
  inQuads ? `firstRow + ((${row}) ^ rowTurn)` : `firstRow + ${row}`;

const columnOf = ({ inQuads }: Part, vector: string): string =>
  inQuads ? `firstColumn + ((${vector}) ^ columnTurn)` : `firstColumn + ${vector}`;

const namesOf = (name: string, count: number): string =>
  Array.from({ length: count }, (_, i) => `${name}${i}`).join(', ');

type AlongInner = (body: string) => string;

/** `body` for every `k`, with the vectors `f0`, `f1` … that the rows have there. */
function alongInner(
  part: Part,
  runs: Runs | undefined,
  { left, factors = [] }: ProductCode,
  body: string,
): string {
  const own = part.inQuads ? part.rows / 2 : part.rows;
  const eachRow = (line: (row: number) => string): string => times(own, line);
  const inside = (row: number): string => `min(${rowOf(part, String(row))}, sizes.rows - 1)`;
  const scale = (k: string): string => {
    const each = factors.map((factor) => `${factor}[${k}]`);
    return each.length > 0 ? `let factor = ${each.join(' * ')};` : '';
  };
  const scaled = (value: string): string => (factors.length > 0 ? `${value} * factor` : value);
  const swapped = part.inQuads ? eachRow((row) => `let f${own + row} = quadSwapX(f${row});`) : '';
  if (!runs) {
    return /* wgsl */ `
      ${eachRow((row) => `let l${row} = (batch * sizes.rows + ${inside(row)}) * sizes.inner;`)}
      for (var k = 0; k < sizes.inner; k++) {
        ${scale('k')}
        ${eachRow((row) => `let f${row} = ${scaled(`${left}[l${row} + k]`)};`)}
        ${swapped}
        ${body}
      }
    `;
  }
  const read = (row: number): string =>
    `select(vec4<f32>(0.0), ${left}[start${row} + inRun], start${row} >= 0)`;
  const starts = Array.from({ length: own }, (_, row) => `start${row}`);
  const highest = starts.reduce((all, start) => `max(${all}, ${start})`);
  return /* wgsl */ `
    ${times(part.rows, (row) => runs.row(inside(row), row))}
    ${runs.first}
    for (var begin = 0; begin < sizes.inner; begin += sizes.run) {
      ${eachRow(runs.start)}
      // In quads a thread cannot leave out what the others read of it.
      ${part.inQuads ? '' : `if (${highest} >= 0)`} {
        for (var inRun = 0; inRun < sizes.run; inRun++) {
          let k = begin + inRun;
          ${scale('inRun')}
          ${eachRow((row) => `let f${row} = ${scaled(read(row))};`)}
          ${swapped}
          ${body}
        }
      }
      ${runs.next}
    }
  `;
}

/** Adds to all results of a column, or of a vector of them, what `p` of the right side brings. */
type Add = (index: number, p: string) => string;

/** For each of `count` fetched by `fetch`: in quads half of them, and the other half from below. */
function eachOfRight(
  { inQuads }: Part,
  count: number,
  fetch: (index: number) => string,
  add: Add,
): string {
  if (!inQuads) return times(count, (i) => `{ let p = ${fetch(i)}; ${add(i, 'p')} }`);
  return times(
    count / 2,
    (i) => /* wgsl */ `{
      let p = ${fetch(i)};
      ${add(i, 'p')}
      let other = quadSwapY(p);
      ${add(i + count / 2, 'other')}
    }`,
  );
}

/** left [rows, inner] · right [columns, inner] turned around. */
function rowsByRows(part: Part, { right }: ProductCode, along: AlongInner): string {
  const { rows, vectors, inQuads } = part;
  const fetched = inQuads ? vectors / 2 : vectors;
  const columnAt = (column: number): string =>
    `4 * (${columnOf(part, String(column >> 2))}) + ${column % 4}`;
  const add: Add = (column, p) =>
    times(rows, (row) => `c${row}${column >> 2}[${column % 4}] += dot(f${row}, ${p});`);
  return /* wgsl */ `
    ${times(
      4 * fetched,
      (column) => /* wgsl */ `
      let r${column} = (4 * batch * sizes.columns
        + min(${columnAt(column)}, 4 * sizes.columns - 1)) * sizes.inner;`,
    )}
    ${along(eachOfRight(part, 4 * vectors, (column) => right(`r${column} + k`), add))}
  `;
}

/** left [rows, inner] · right [inner, columns]. */
function rowsByColumns(part: Part, { right }: ProductCode, along: AlongInner): string {
  const { rows, vectors, inQuads } = part;
  const fetched = inQuads ? vectors / 2 : vectors;
  return /* wgsl */ `
    ${times(
      fetched,
      (vector) => `let r${vector} = min(${columnOf(part, String(vector))}, sizes.columns - 1);`,
    )}
    ${along(
      times(
        4,
        (k) => /* wgsl */ `{
          let start = (4 * (batch * sizes.inner + k) + ${k}) * sizes.columns;
          ${eachOfRight(
            part,
            vectors,
            (vector) => right(`start + r${vector}`),
            (vector, p) => times(rows, (row) => `c${row}${vector} += f${row}[${k}] * ${p};`),
          )}
        }`,
      ),
    )}
  `;
}
