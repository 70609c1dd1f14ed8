/** Layer norm over the last axis, one pass each way. */
import type * as tf from '@tensorflow/tfjs';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { acceleratedWebgpu, accelerationOf, requiredWebgpu } from './acceleration.ts';
import { launch } from './launch.ts';
import { simdLayerNorm, simdLayerNormGradient } from './wasm/simd-layer-norm.ts';
import { currentSimd } from './wasm/simd.ts';
import { groups, inVectors } from './wgsl.ts';

const WORKGROUP = 128;

/** Threads that share a row: on a processor that stands in for a chip, each had better work alone. */
const lanesFor = (backend: WebGPUBackend): number => (accelerationOf(backend).emulated ? 1 : 32);

const rowGroups = (rows: number, lanes: number): [number, number, number] => [
  groups(rows, WORKGROUP / lanes),
  1,
  1,
];

/** `body` knows its `row`, where that starts, and its `lane`; `shareOfRow` is what a mean takes of a sum. */
const overRows = (lanes: number, body: string): string => /* wgsl */ `
  ${
    lanes > 1
      ? /* wgsl */ `
  var<workgroup> parts : array<f32, ${WORKGROUP}>;
  fn sumOfRow(own : f32, local : i32) -> f32 {
    workgroupBarrier();
    parts[local] = own;
    workgroupBarrier();
    var sum = 0.0;
    for (var i = 0; i < ${lanes}; i++) { sum += parts[local / ${lanes} * ${lanes} + i]; }
    return sum;
  }`
      : 'fn sumOfRow(own : f32, local : i32) -> f32 { return own; }'
  }
  @compute @workgroup_size(${WORKGROUP})
  fn main(
    @builtin(global_invocation_id) id : vec3<u32>,
    @builtin(local_invocation_index) index : u32,
  ) {
    let local = i32(index);
    let lane = local % ${lanes};
    // Threads beyond the last row repeat it, for none may leave before the others.
    let row = min(i32(id.x) / ${lanes}, sizes.rows - 1);
    let start = row * sizes.columns;
    let shareOfRow = 0.25 / f32(sizes.columns);
    ${body}
  }
`;

const eachVector = (lanes: number, body: string): string => /* wgsl */ `
    for (var i = lane; i < sizes.columns; i += ${lanes}) { ${body} }
`;

/** Of x [N, C]: the mean of every row and 1 / √(variance + ε), [N, 2]. */
export interface Normalised {
  readonly output: tf.Tensor;
  readonly statistics: tf.Tensor;
}

/** weight ⊙ (x − mean) / √(variance + epsilon) + bias; null where C is no multiple of four or the backend runs no kernels of ours. */
export function layerNormKernel(
  x: tf.Tensor,
  weight: tf.Tensor,
  bias: tf.Tensor,
  epsilon: number,
): Normalised | null {
  const simd = currentSimd();
  if (simd) return simdLayerNorm(simd, x, weight, bias, epsilon);
  const backend = acceleratedWebgpu();
  const [rows = 0, width = 0] = x.shape;
  if (!backend || !inVectors(width)) return null;
  const lanes = lanesFor(backend);
  return launch(backend, {
    name: `layer norm ${epsilon} by ${lanes}`,
    inputs: { x, weight, bias },
    outputs: { output: [rows, width], statistics: [rows, 2] },
    scalars: ['statistics'],
    sizes: { rows, columns: width / 4 },
    workgroups: rowGroups(rows, lanes),
    code: () =>
      overRows(
        lanes,
        /* wgsl */ `
        var sum = vec4<f32>(0.0);
        ${eachVector(lanes, 'sum += x[start + i];')}
        let mean = sumOfRow(dot(sum, vec4<f32>(shareOfRow)), local);
        var squares = vec4<f32>(0.0);
        ${eachVector(lanes, 'let centred = x[start + i] - mean; squares += centred * centred;')}
        let variance = sumOfRow(dot(squares, vec4<f32>(shareOfRow)), local);
        let inverse = inverseSqrt(variance + ${epsilon});
        ${eachVector(lanes, 'output[start + i] = (x[start + i] - mean) * inverse * weight[i] + bias[i];')}
        if (lane == 0) {
          statistics[2 * row] = mean;
          statistics[2 * row + 1] = inverse;
        }
      `,
      ),
  });
}

/**
 * ∂L/∂x [N, C], with `earlier` added to it, and, where asked for, (x − mean) / √(variance + ε)
 * again, which the weight's gradient needs.
 */
export function layerNormGradientKernel(
  g: tf.Tensor,
  x: tf.Tensor,
  weight: tf.Tensor,
  statistics: tf.Tensor,
  { earlier, keep }: { readonly earlier: tf.Tensor | undefined; readonly keep: boolean },
): { gradient: tf.Tensor; normalised: tf.Tensor | undefined } {
  const simd = currentSimd();
  if (simd) return simdLayerNormGradient(simd, g, x, weight, statistics, { earlier, keep });
  const backend = requiredWebgpu();
  const lanes = lanesFor(backend);
  const [rows = 0, width = 0] = x.shape;
  return launch(backend, {
    name: `layer norm gradient by ${lanes}`,
    inputs: { g, x, weight, statistics, earlier },
    outputs: { gradient: [rows, width], normalised: keep ? [rows, width] : undefined },
    scalars: ['statistics'],
    sizes: { rows, columns: width / 4 },
    workgroups: rowGroups(rows, lanes),
    code: () =>
      overRows(
        lanes,
        /* wgsl */ `
        let mean = statistics[2 * row];
        let inverse = statistics[2 * row + 1];
        var sum = vec4<f32>(0.0);
        var along = vec4<f32>(0.0);
        ${eachVector(
          lanes,
          /* wgsl */ `
          let slope = g[start + i] * weight[i];
          sum += slope;
          along += slope * (x[start + i] - mean);`,
        )}
        let meanSlope = sumOfRow(dot(sum, vec4<f32>(shareOfRow)), local);
        let projection = sumOfRow(dot(along, vec4<f32>(shareOfRow)), local) * inverse;
        ${eachVector(
          lanes,
          /* wgsl */ `
          let unit = (x[start + i] - mean) * inverse;
          gradient[start + i] = inverse * (g[start + i] * weight[i] - meanSlope - unit * projection)
            ${earlier ? '+ earlier[start + i]' : ''};
          ${keep ? 'normalised[start + i] = unit;' : ''}`,
        )}
      `,
      ),
  });
}
