/** Sums over everything but the channels, several at once: what a layer's channel-wise parameters get. */
import type * as tf from '@tensorflow/tfjs';
import { acceleratedWebgpu } from './acceleration.ts';
import { launch } from './launch.ts';
import { simdSums } from './wasm/simd-sums.ts';
import { currentSimd } from './wasm/simd.ts';
import { groups, inVectors } from './wgsl.ts';

/** Vectors of four channels, and rows that a workgroup reads at once: enough workgroups for a large chip. */
const CHANNELS = 4;
const ROWS = 64;
/** Sums that one thread adds up in the end, less one: fewer barriers. */
const LAST = 7;

export interface Summands {
  /** [N, C]. */
  readonly g: tf.Tensor;
  /** [N, C]: Σ g ⊙ u is wanted. */
  readonly u?: tf.Tensor | undefined;
  /** Σ g is wanted. */
  readonly plain: boolean;
  /** [M, D]: their sum is wanted. */
  readonly parts?: tf.Tensor | undefined;
}

export interface Sums {
  /** Σ g ⊙ u, [C]. */
  readonly products: tf.Tensor | undefined;
  /** Σ g, [C]. */
  readonly sum: tf.Tensor | undefined;
  /** Σ parts, [D]. */
  readonly total: tf.Tensor | undefined;
}

/** Added to the sums of the same name. */
export type Earlier = { readonly [Name in keyof Sums]?: tf.Tensor | null | undefined };

/** Null where the backend does not run our kernels, or C or D is no multiple of four. */
export function channelSums({ g, u, plain, parts }: Summands, earlier: Earlier = {}): Sums | null {
  const simd = currentSimd();
  if (simd) return simdSums(simd, { g, u, plain, parts }, earlier);
  const backend = acceleratedWebgpu();
  const [rows = 0, width = 0] = g.shape;
  const [partRows = 0, partWidth = 0] = parts?.shape ?? [];
  if (!backend || !inVectors(width) || (parts && !inVectors(partWidth))) return null;
  const ofG = (u ?? plain) ? groups(width / 4, CHANNELS) : 0;
  const ofParts = groups(partWidth / 4, CHANNELS);
  const before = (name: keyof Sums, wanted: boolean): tf.Tensor | undefined =>
    wanted ? (earlier[name] ?? undefined) : undefined;
  const inputs = {
    g: ofG > 0 ? g : undefined,
    u,
    parts,
    earlierProducts: before('products', u !== undefined),
    earlierSum: before('sum', plain),
    earlierTotal: before('total', parts !== undefined),
  };
  return launch(backend, {
    name: 'channel sums',
    inputs,
    outputs: {
      products: u ? [width] : undefined,
      sum: plain ? [width] : undefined,
      total: parts ? [partWidth] : undefined,
    },
    sizes: { rows, columns: width / 4, partRows, partColumns: partWidth / 4, ofG },
    workgroups: [ofG + ofParts, 1, 1],
    code: () => /* wgsl */ `
      var<workgroup> firstOf : array<vec4<f32>, ${CHANNELS * ROWS}>;
      var<workgroup> secondOf : array<vec4<f32>, ${CHANNELS * ROWS}>;
      @compute @workgroup_size(${CHANNELS}, ${ROWS})
      fn main(
        @builtin(workgroup_id) group : vec3<u32>,
        @builtin(local_invocation_id) id : vec3<u32>,
        @builtin(local_invocation_index) local : u32,
      ) {
        let isOfG = i32(group.x) < sizes.ofG;
        let block = select(i32(group.x) - sizes.ofG, i32(group.x), isOfG);
        let column = block * ${CHANNELS} + i32(id.x);
        let columns = select(sizes.partColumns, sizes.columns, isOfG);
        var first = vec4<f32>(0.0);
        var second = vec4<f32>(0.0);
        if (column < columns) {
          if (isOfG) {
            ${
              inputs.g
                ? /* wgsl */ `for (var row = i32(id.y); row < sizes.rows; row += ${ROWS}) {
              let value = g[row * columns + column];
              second += value;
              ${u ? 'first += value * u[row * columns + column];' : ''}
            }`
                : ''
            }
          } else {
            ${
              parts
                ? /* wgsl */ `for (var row = i32(id.y); row < sizes.partRows; row += ${ROWS}) {
              first += parts[row * columns + column];
            }`
                : ''
            }
          }
        }
        firstOf[local] = first;
        secondOf[local] = second;
        workgroupBarrier();
        for (var half = ${ROWS / 2}u; half > ${LAST}u; half /= 2u) {
          if (id.y < half) {
            firstOf[local] += firstOf[local + half * ${CHANNELS}u];
            secondOf[local] += secondOf[local + half * ${CHANNELS}u];
          }
          workgroupBarrier();
        }
        if (id.y != 0u || column >= columns) { return; }
        first = vec4<f32>(0.0);
        second = vec4<f32>(0.0);
        for (var row = 0u; row <= ${LAST}u; row++) {
          first += firstOf[local + row * ${CHANNELS}u];
          second += secondOf[local + row * ${CHANNELS}u];
        }
        if (isOfG) {
          ${u ? `products[column] = first ${inputs.earlierProducts ? '+ earlierProducts[column]' : ''};` : ''}
          ${plain ? `sum[column] = second ${inputs.earlierSum ? '+ earlierSum[column]' : ''};` : ''}
        } else {
          ${parts ? `total[column] = first ${inputs.earlierTotal ? '+ earlierTotal[column]' : ''};` : ''}
        }
      }
    `,
  });
}
