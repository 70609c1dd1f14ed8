/**
 * A linear layer with everything around it in one kernel each way. A thread makes a tile of
 * results in registers and shares nothing with its neighbours, so there is no barrier, which an
 * emulated adapter pays for dearly.
 */
import type * as tf from '@tensorflow/tfjs';
import { acceleratedWebgpu, requiredWebgpu } from './acceleration.ts';
import { geluFunctions } from './gelu.ts';
import { launch } from './launch.ts';
import { simdLinear, simdLinearInputGradient } from './wasm/simd-linear.ts';
import { currentSimd } from './wasm/simd.ts';
import { groups, inVectors, times } from './wgsl.ts';

/** Results of one thread: rows, and vectors of four columns. */
const ROWS = 8;
const VECTORS = 4;
const WORKGROUP = [8, 4] as const;

type Activation = 'gelu' | 'relu';

export interface LinearParts {
  /** [out], multiplies the products before the bias. */
  readonly slope?: tf.Tensor | undefined;
  readonly bias?: tf.Tensor | undefined;
  readonly scaleIn?: tf.Tensor | undefined;
  readonly scaleOut?: tf.Tensor | undefined;
  readonly shift?: tf.Tensor | undefined;
}

export interface LinearEnding {
  /** [N, out], added before the activation. */
  readonly residual?: tf.Tensor | undefined;
  readonly activation?: Activation | undefined;
}

const activate: Readonly<Record<Activation, string>> = {
  gelu: 'gelu(r)',
  relu: 'max(r, vec4<f32>(0.0))',
};

/** The most that the kernels below bind: weight, x, six parts and two outputs. */
const MOST_BUFFERS = 10;

/** True where the kernels below take a layer of this size. */
export function hasLinearKernel(inputs: number, outputs: number): boolean {
  if (currentSimd()) return true;
  const backend = acceleratedWebgpu('matmul');
  if (!backend || !inVectors(inputs) || !inVectors(outputs)) return false;
  return backend.device.limits.maxStorageBuffersPerShaderStage >= MOST_BUFFERS;
}

/**
 * activation(scaleOut ⊙ plain + shift + residual) with plain = slope ⊙ W (scaleIn ⊙ x) + bias;
 * x [N, in], W [out, in] → [N, out]. `plain` comes too where it is to be kept.
 */
export function linearKernel(
  x: tf.Tensor,
  weight: tf.Tensor,
  parts: LinearParts,
  { activation, residual }: LinearEnding,
  keepPlain: boolean,
): { output: tf.Tensor; plain: tf.Tensor | undefined } {
  const simd = currentSimd();
  if (simd) return simdLinear(simd, x, weight, parts, { activation, residual }, keepPlain);
  const [rows = 0, inputs = 0] = x.shape;
  const outputs = weight.size / inputs;
  const { slope, bias, scaleIn, scaleOut, shift } = parts;
  const shape = [rows, outputs];
  return launch(requiredWebgpu('matmul'), {
    name: `linear ${activation ?? ''}`,
    inputs: { x, weight, slope, bias, scaleIn, scaleOut, shift, residual },
    outputs: { output: shape, plain: keepPlain ? shape : undefined },
    sizes: { rows, inner: inputs / 4, columns: outputs / 4 },
    workgroups: workgroups(rows, outputs),
    code: () =>
      tile(
        activation === 'gelu' ? geluFunctions('vec4<f32>') : '',
        rowsByRows(scaleIn !== undefined),
        /* wgsl */ `
          var r = result ${slope ? '* slope[column]' : ''} ${bias ? '+ bias[column]' : ''};
          ${keepPlain ? 'plain[place] = r;' : ''}
          ${scaleOut ? 'r *= scaleOut[column];' : ''}
          ${shift ? 'r += shift[column];' : ''}
          ${residual ? 'r += residual[place];' : ''}
          ${activation ? `r = ${activate[activation]};` : ''}
          output[place] = r;
        `,
      ),
  });
}

/**
 * ∂L/∂x = scaleIn ⊙ Wᵀ (scaleOut ⊙ g) for g [N, out], W [out, in]: [N, in]. With `x` also sums for
 * ∂L/∂scaleIn, one row [in] for every few rows of x, to be summed.
 */
export function linearInputGradient(
  g: tf.Tensor,
  weight: tf.Tensor,
  { scaleIn, scaleOut }: LinearParts,
  x: tf.Tensor | undefined,
): { gradient: tf.Tensor; sums: tf.Tensor | undefined } {
  const simd = currentSimd();
  if (simd) return simdLinearInputGradient(simd, g, weight, { scaleIn, scaleOut }, x);
  const [rows = 0, outputs = 0] = g.shape;
  const inputs = weight.size / outputs;
  return launch(requiredWebgpu('matmul'), {
    name: 'linear input gradient',
    inputs: { g, weight, scaleIn, scaleOut, x },
    outputs: {
      gradient: [rows, inputs],
      sums: x ? [groups(rows, ROWS), inputs] : undefined,
    },
    sizes: { rows, inner: outputs / 4, columns: inputs / 4 },
    workgroups: workgroups(rows, inputs),
    code: () =>
      tile(
        '',
        rowsByColumns(scaleOut !== undefined),
        /* wgsl */ `
          ${x ? `columnSums[i % ${VECTORS}] += x[place] * result;` : ''}
          gradient[place] = result ${scaleIn ? '* scaleIn[column]' : ''};
        `,
        x ? `sums[(firstRow / ${ROWS}) * sizes.columns + column] = columnSums[i];` : '',
      ),
  });
}

const workgroups = (rows: number, columns: number): [number, number, number] => [
  groups(columns, 4 * VECTORS * WORKGROUP[0]),
  groups(rows, ROWS * WORKGROUP[1]),
  1,
];

const eachResult = (line: (row: number, vector: number) => string): string =>
  times(ROWS, (row) => times(VECTORS, (vector) => line(row, vector)));

const results = Array.from(
  { length: ROWS * VECTORS },
  (_, i) => `c${Math.floor(i / VECTORS)}${i % VECTORS}`,
);

/**
 * `body` fills c<row><vector>; what lies beyond the edge is read from the edge, and not written.
 * `write` is one result on its way out, `writeColumn` what a column comes to after all of its.
 */
const tile = (
  functions: string,
  body: string,
  write: string,
  writeColumn = '',
): string => /* wgsl */ `
  ${functions}
  @compute @workgroup_size(${WORKGROUP.join(', ')})
  fn main(@builtin(global_invocation_id) id : vec3<u32>) {
    let firstColumn = i32(id.x) * ${VECTORS};
    let firstRow = i32(id.y) * ${ROWS};
    if (firstRow >= sizes.rows || firstColumn >= sizes.columns) { return; }
    ${times(results.length, (i) => `var ${results[i] ?? ''} = vec4<f32>(0.0);`)}
    ${body}
    // A loop, because a shader with every result written out takes three times as long to compile.
    var results = array<vec4<f32>, ${results.length}>(${results.join(', ')});
    ${writeColumn ? `var columnSums : array<vec4<f32>, ${VECTORS}>;` : ''}
    for (var i = 0; i < ${results.length}; i++) {
      let row = firstRow + i / ${VECTORS};
      let column = firstColumn + i % ${VECTORS};
      if (row >= sizes.rows || column >= sizes.columns) { continue; }
      let place = row * sizes.columns + column;
      let result = results[i];
      ${write}
    }
    ${
      writeColumn
        ? /* wgsl */ `for (var i = 0; i < ${VECTORS}; i++) {
      let column = firstColumn + i;
      if (column < sizes.columns) { ${writeColumn} }
    }`
        : ''
    }
  }
`;

const rowStarts = (of: string): string =>
  times(ROWS, (row) => `let ${of}${row} = min(firstRow + ${row}, sizes.rows - 1) * sizes.inner;`);

/** x [rows, inner] · weight [columns, inner] turned around. */
const rowsByRows = (scaled: boolean): string => /* wgsl */ `
    ${rowStarts('x')}
    ${times(
      4 * VECTORS,
      (column) =>
        `let w${column} = min(4 * firstColumn + ${column}, 4 * sizes.columns - 1) * sizes.inner;`,
    )}
    for (var k = 0; k < sizes.inner; k++) {
      ${scaled ? 'let scale = scaleIn[k];' : ''}
      ${times(ROWS, (row) => `let f${row} = x[x${row} + k] ${scaled ? '* scale' : ''};`)}
      ${times(
        4 * VECTORS,
        (column) => /* wgsl */ `{
          let w = weight[w${column} + k];
          ${times(ROWS, (row) => `c${row}${column >> 2}[${column % 4}] += dot(f${row}, w);`)}
        }`,
      )}
    }
`;

/** g [rows, inner] · weight [inner, columns]. */
const rowsByColumns = (scaled: boolean): string => /* wgsl */ `
    ${rowStarts('g')}
    ${times(VECTORS, (vector) => `let w${vector} = min(firstColumn + ${vector}, sizes.columns - 1);`)}
    for (var k = 0; k < sizes.inner; k++) {
      ${scaled ? 'let scale = scaleOut[k];' : ''}
      ${times(ROWS, (row) => `let f${row} = g[g${row} + k] ${scaled ? '* scale' : ''};`)}
      ${times(
        4,
        (part) => /* wgsl */ `{
          let start = (4 * k + ${part}) * sizes.columns;
          ${times(VECTORS, (vector) => `let p${vector} = weight[start + w${vector}];`)}
          ${eachResult((row, vector) => `c${row}${vector} += f${row}[${part}] * p${vector};`)}
        }`,
      )}
    }
`;
