/** Layer norm over the last axis, one pass each way; a thread takes a row. */
import type * as tf from '@tensorflow/tfjs';
import { acceleratedWebgpu, requiredWebgpu } from './acceleration.ts';
import { launch } from './launch.ts';
import { simdLayerNorm, simdLayerNormGradient } from './wasm/simd-layer-norm.ts';
import { currentSimd } from './wasm/simd.ts';
import { groups, inVectors } from './wgsl.ts';

const WORKGROUP = 64;

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
  return launch(backend, {
    name: `layer norm ${epsilon}`,
    inputs: { x, weight, bias },
    outputs: { output: [rows, width], statistics: [rows, 2] },
    scalars: ['statistics'],
    sizes: { rows, columns: width / 4 },
    workgroups: [groups(rows, WORKGROUP), 1, 1],
    code: () => /* wgsl */ `
      @compute @workgroup_size(${WORKGROUP})
      fn main(@builtin(global_invocation_id) id : vec3<u32>) {
        let row = i32(id.x);
        if (row >= sizes.rows) { return; }
        let start = row * sizes.columns;
        let share = 0.25 / f32(sizes.columns);
        var sum = vec4<f32>(0.0);
        for (var i = 0; i < sizes.columns; i++) { sum += x[start + i]; }
        let mean = dot(sum, vec4<f32>(share));
        var squares = vec4<f32>(0.0);
        for (var i = 0; i < sizes.columns; i++) {
          let centred = x[start + i] - mean;
          squares += centred * centred;
        }
        let inverse = inverseSqrt(dot(squares, vec4<f32>(share)) + ${epsilon});
        for (var i = 0; i < sizes.columns; i++) {
          output[start + i] = (x[start + i] - mean) * inverse * weight[i] + bias[i];
        }
        statistics[2 * row] = mean;
        statistics[2 * row + 1] = inverse;
      }
    `,
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
  const [rows = 0, width = 0] = x.shape;
  return launch(backend, {
    name: 'layer norm gradient',
    inputs: { g, x, weight, statistics, earlier },
    outputs: { gradient: [rows, width], normalised: keep ? [rows, width] : undefined },
    scalars: ['statistics'],
    sizes: { rows, columns: width / 4 },
    workgroups: [groups(rows, WORKGROUP), 1, 1],
    code: () => /* wgsl */ `
      @compute @workgroup_size(${WORKGROUP})
      fn main(@builtin(global_invocation_id) id : vec3<u32>) {
        let row = i32(id.x);
        if (row >= sizes.rows) { return; }
        let start = row * sizes.columns;
        let share = 0.25 / f32(sizes.columns);
        let mean = statistics[2 * row];
        let inverse = statistics[2 * row + 1];
        var sum = vec4<f32>(0.0);
        var along = vec4<f32>(0.0);
        for (var i = 0; i < sizes.columns; i++) {
          let slope = g[start + i] * weight[i];
          sum += slope;
          along += slope * (x[start + i] - mean);
        }
        let meanSlope = dot(sum, vec4<f32>(share));
        let projection = dot(along, vec4<f32>(share)) * inverse;
        for (var i = 0; i < sizes.columns; i++) {
          let unit = (x[start + i] - mean) * inverse;
          gradient[start + i] = inverse * (g[start + i] * weight[i] - meanSlope - unit * projection)
            ${earlier ? '+ earlier[start + i]' : ''};
          ${keep ? 'normalised[start + i] = unit;' : ''}
        }
      }
    `,
  });
}
