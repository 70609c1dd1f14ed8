/**
 * Products of matrices. On an emulated adapter every thread makes 4 × 8 results and shares nothing
 * with others, so that no barrier is needed; on others the product's tiling decides.
 */
import * as tf from '@tensorflow/tfjs';
import type { WebGPUBackend, WebGPUProgram } from '@tensorflow/tfjs-backend-webgpu';
import { acceleratedWebgpu, accelerationOf } from './acceleration.ts';
import { channelSums } from './channel-sums.ts';
import type { ProductSizes } from './products/contract.ts';
import { tilingFor } from './products/choose.ts';
import { launchProduct } from './products/product.ts';
import { inVectors, times } from './wgsl.ts';
import { countFlops } from './work.ts';

const ROWS = 4;
/** As two vectors of four. */
const COLUMNS = 8;
const WORKGROUP = 8;
const MOST_WORKGROUPS = 65535;

interface Product extends ProductSizes {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/**
 * a [..., m, k] · b [..., k, n] → [..., m, n]; a transposed side comes as [..., k, m] or [..., n, k].
 * Both have the same leading axes. Null where the backend is not to run it, or where b's rows, or both
 * sides' rows if b is transposed, are no whole vectors of four.
 */
export function matmulKernel<T extends tf.Tensor>(
  a: T,
  b: T,
  transposeA: boolean,
  transposeB: boolean,
): T | null {
  const backend = acceleratedWebgpu();
  const product = productOf(a, b, transposeA, transposeB);
  if (!backend || !product) return null;
  const { emulated } = accelerationOf(backend);
  if (!emulated && !inWholeVectors(product)) return null;
  const run = emulated ? emulatedProduct : chosenProduct;
  const { batch, rows, inner, columns } = product;
  if (emulated) countFlops(2 * batch * rows * inner * columns);
  const shape = [...a.shape.slice(0, -2), rows, columns];
  return tf.tidy(() => run(backend, product, a, b).reshape<T>(shape));
}

type Run = (backend: WebGPUBackend, product: Product, a: tf.Tensor, b: tf.Tensor) => tf.Tensor;

const emulatedProduct: Run = (backend, product, a, b) => {
  const sides = [a, b].map((side) => side.reshape([product.batch, ...side.shape.slice(-2)]));
  const output = backend.runWebGPUProgram(programOf(product), sides, 'float32');
  return tf.engine().makeTensorFromTensorInfo(output);
};

const chosenProduct: Run = (backend, { transposeA, transposeB, ...sizes }, left, right) => {
  const shares = transposeA && !transposeB ? sharesOfTerms(sizes) : 1;
  const shared = { ...sizes, batch: sizes.batch * shares, inner: sizes.inner / shares };
  const product = { ...shared, leftTurned: transposeA, rightTurned: transposeB };
  const output = launchProduct(backend, product, tilingFor(backend, product), { left, right });
  if (shares === 1) return output;
  const g = output.reshape([shares, sizes.rows * sizes.columns]);
  return channelSums({ g, plain: true })?.sum ?? tf.sum(g, 0);
};

/** Results of a workgroup, about, and workgroups that keep a large chip busy. */
const SHARE = 32 * 32;
const WORKGROUPS = 256;
/** Terms of a sum that are worth a workgroup of their own. */
const MANY_TERMS = 256;

/**
 * Few results of many terms, as a weight's gradient has them, keep few workgroups busy: into how many
 * shares the terms go, of which each is a product and their sum is the result.
 */
function sharesOfTerms({ batch, rows, inner, columns }: ProductSizes): number {
  if (batch > 1) return 1;
  const missing = (WORKGROUPS * SHARE) / (rows * columns);
  const most = Math.min(missing, inner / MANY_TERMS);
  let shares = 1;
  while (2 * shares <= most && inner % (8 * shares) === 0) shares *= 2;
  return shares;
}

const inWholeVectors = ({ rows, inner, columns, transposeA }: Product): boolean =>
  inVectors(inner) && inVectors(columns) && (!transposeA || inVectors(rows));

function productOf(
  a: tf.Tensor,
  b: tf.Tensor,
  transposeA: boolean,
  transposeB: boolean,
): Product | null {
  const [width = 1, height = 1] = a.shape.toReversed();
  const [bWidth = 1, bHeight = 1] = b.shape.toReversed();
  const [rows, inner] = transposeA ? [width, height] : [height, width];
  const columns = transposeB ? bHeight : bWidth;
  const batch = tf.util.sizeFromShape(a.shape.slice(0, -2));
  const alike = tf.util.arraysEqual(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const whole = bWidth % 4 === 0 && (!transposeB || (!transposeA && inner % 4 === 0));
  if (!alike || !whole || batch === 0 || rows * inner * columns === 0) return null;
  const product = { batch, rows, inner, columns, transposeA, transposeB };
  return Math.max(...dispatchOf(product)) <= MOST_WORKGROUPS ? product : null;
}

function dispatchOf({ batch, rows, columns }: Product): [number, number, number] {
  const groups = (size: number, each: number): number => Math.ceil(size / (each * WORKGROUP));
  return [groups(columns, COLUMNS), groups(rows, ROWS), batch];
}

function programOf(product: Product): WebGPUProgram {
  const { batch, rows, inner, columns, transposeA, transposeB } = product;
  const vectors = (transposeA ? rows : inner) % 4 === 0;
  return {
    variableNames: ['a', 'b'],
    variableComponents: [vectors ? 4 : 1, 4],
    outputComponent: 1,
    outputShape: [batch, rows, columns],
    shaderKey: `matmul ${transposeA} ${transposeB} ${vectors}`,
    workgroupSize: [WORKGROUP, WORKGROUP, 1],
    dispatchLayout: { x: [2], y: [1], z: [0] },
    dispatch: dispatchOf(product),
    getUserCode: () => shader(bodyOf(product, vectors)),
  };
}

function bodyOf({ transposeA, transposeB }: Product, vectors: boolean): string {
  if (transposeB) return rowByRow;
  return transposeA ? columnByRow(vectors) : rowByColumn(vectors);
}

const eachResult = (line: (row: number, column: number) => string): string =>
  times(ROWS, (row) => times(COLUMNS, (column) => line(row, column)));

/** Both halves of a row's results. */
const eachHalf = (line: (row: number, half: number) => string): string =>
  times(ROWS, (row) => times(2, (half) => line(row, half)));

/** `c[row][column]`: the results, as vectors of four columns. */
const shader = (body: string): string => /* wgsl */ `
  fn main() {
    let batch = i32(globalId.z);
    let row = i32(globalId.y) * ${ROWS};
    let column = i32(globalId.x) * ${COLUMNS};
    let rows = uniforms.outShape.y;
    let columns = uniforms.outShape.z;
    if (row >= rows || column >= columns) { return; }
    ${eachHalf((row, half) => `var c${row}${half} = vec4<f32>(0.0);`)}
    ${body}
    let start = (batch * rows + row) * columns + column;
    ${eachResult(
      (row, column) => `if (row + ${row} < rows && column + ${column} < columns) {
        result[start + ${row} * columns + ${column}] = c${row}${column >> 2}[${column % 4}];
      }`,
    )}
  }
`;

/** What lies beyond the edge is read from the edge, and not written. */
const aRows = (stride: string): string =>
  times(ROWS, (row) => `let a${row} = (batch * rows + min(row + ${row}, rows - 1)) * ${stride};`);

const bColumns = /* wgsl */ `
    let inner = uniforms.bShape.y;
    let width = columns / 4;
    let first = batch * inner * width + column / 4;
    let second = first + min(1, width - 1 - column / 4);
`;

const addRow = (k: string, factor: (row: number) => string): string => /* wgsl */ `
  {
    let p0 = b[first + ${k} * width];
    let p1 = b[second + ${k} * width];
    ${eachHalf((row, half) => `c${row}${half} += ${factor(row)} * p${half};`)}
  }
`;

/** a [m, k], b [k, n]. */
const rowByColumn = (vectors: boolean): string =>
  vectors
    ? /* wgsl */ `
    ${bColumns}
    ${aRows('(inner / 4)')}
    for (var k = 0; k < inner / 4; k++) {
      ${times(ROWS, (row) => `let f${row} = a[a${row} + k];`)}
      ${times(4, (part) => addRow(`(4 * k + ${part})`, (row) => `f${row}[${part}]`))}
    }
  `
    : /* wgsl */ `
    ${bColumns}
    ${aRows('inner')}
    for (var k = 0; k < inner; k++) {
      ${addRow('k', (row) => `a[a${row} + k]`)}
    }
  `;

/** a [k, m], b [k, n]. */
const columnByRow = (vectors: boolean): string =>
  vectors
    ? /* wgsl */ `
    ${bColumns}
    for (var k = 0; k < inner; k++) {
      let f = a[((batch * inner + k) * rows + row) / 4];
      ${addRow('k', (row) => `f[${row}]`)}
    }
  `
    : /* wgsl */ `
    ${bColumns}
    for (var k = 0; k < inner; k++) {
      let start = (batch * inner + k) * rows;
      ${addRow('k', (row) => `a[start + min(row + ${row}, rows - 1)]`)}
    }
  `;

/** a [m, k], b [n, k]. */
const rowByRow = /* wgsl */ `
    let inner = uniforms.bShape.z / 4;
    ${aRows('inner')}
    ${times(
      COLUMNS,
      (column) =>
        `let b${column} = (batch * columns + min(column + ${column}, columns - 1)) * inner;`,
    )}
    for (var k = 0; k < inner; k++) {
      ${times(ROWS, (row) => `let f${row} = a[a${row} + k];`)}
      ${times(
        COLUMNS,
        (column) => /* wgsl */ `{
        let p = b[b${column} + k];
        ${times(ROWS, (row) => `c${row}${column >> 2}[${column % 4}] += dot(f${row}, p);`)}
      }`,
      )}
    }
`;
