/** Sums over everything but the channels, several at once: what a layer's channel-wise parameters get. */
import type * as tf from '@tensorflow/tfjs';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { acceleratedWebgpu, accelerationOf } from './acceleration.ts';
import { launch } from './launch.ts';
import { simdSums } from './wasm/simd-sums.ts';
import { currentSimd } from './wasm/simd.ts';
import { groups, inVectors } from './wgsl.ts';

/** Threads of a workgroup. */
const THREADS = 256;
/** Vectors of four channels that a workgroup takes: as many as leave the chip enough workgroups. */
const CHANNELS = [4, 2, 1] as const;
/** Rows that are worth a workgroup of their own, where there are too few workgroups otherwise. */
const MANY_ROWS = 4096;
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
export function channelSums(summands: Summands, earlier: Earlier = {}): Sums | null {
  const simd = currentSimd();
  if (simd) return simdSums(simd, summands, earlier);
  const backend = acceleratedWebgpu();
  const { g, parts } = summands;
  const sides = parts ? [g, parts] : [g];
  if (!backend || !sides.every(({ shape }) => inVectors(shape[1] ?? 0))) return null;
  const shares = Math.max(...sides.map((side) => sharesOf(backend, side)));
  if (shares === 1) return summed(backend, summands, earlier, 1);
  const ofShares = summed(backend, summands, {}, shares);
  const all = (name: keyof Sums): tf.Tensor | undefined => {
    const g = ofShares[name];
    return g && summed(backend, { g, plain: true }, { sum: earlier[name] }, 1).sum;
  };
  return { products: all('products'), sum: all('sum'), total: all('total') };
}

/** Into how many shares the rows go: summed by themselves, and their sums then. */
function sharesOf(backend: WebGPUBackend, { shape: [rows = 0, width = 0] }: tf.Tensor): number {
  const missing = groups(workgroupsFor(backend), width / 4);
  return Math.max(1, Math.min(missing, Math.floor(rows / MANY_ROWS)));
}

/** Workgroups that keep a chip busy; a processor is busy with any. */
const workgroupsFor = (backend: WebGPUBackend): number =>
  accelerationOf(backend).emulated ? 1 : 128;

/** Sums of each share of the rows: [C] of one, [shares, C] of several. */
function summed(
  backend: WebGPUBackend,
  { g, u, plain, parts }: Summands,
  earlier: Earlier,
  shares: number,
): Sums {
  const [rows = 0, width = 0] = g.shape;
  const [partRows = 0, partWidth = 0] = parts?.shape ?? [];
  const columns = (u ?? plain) ? width / 4 : 0;
  const partColumns = partWidth / 4;
  const enough = workgroupsFor(backend) / shares;
  const channels = CHANNELS.find((each) => groups(columns + partColumns, each) >= enough) ?? 1;
  const atOnce = THREADS / channels;
  const ofG = groups(columns, channels);
  const lead = shares > 1 ? [shares] : [];
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
    name: `channel sums ${channels}`,
    inputs,
    outputs: {
      products: u ? [...lead, width] : undefined,
      sum: plain ? [...lead, width] : undefined,
      total: parts ? [...lead, partWidth] : undefined,
    },
    sizes: {
      rows,
      columns: width / 4,
      share: groups(rows, shares),
      partRows,
      partColumns,
      partShare: groups(partRows, shares),
      ofG,
    },
    workgroups: [ofG + groups(partColumns, channels), shares, 1],
    code: () => /* wgsl */ `
      var<workgroup> firstOf : array<vec4<f32>, ${THREADS}>;
      var<workgroup> secondOf : array<vec4<f32>, ${THREADS}>;
      @compute @workgroup_size(${channels}, ${atOnce})
      fn main(
        @builtin(workgroup_id) group : vec3<u32>,
        @builtin(local_invocation_id) id : vec3<u32>,
        @builtin(local_invocation_index) local : u32,
      ) {
        let share = i32(group.y);
        let isOfG = i32(group.x) < sizes.ofG;
        let block = select(i32(group.x) - sizes.ofG, i32(group.x), isOfG);
        let column = block * ${channels} + i32(id.x);
        let columns = select(sizes.partColumns, sizes.columns, isOfG);
        var first = vec4<f32>(0.0);
        var second = vec4<f32>(0.0);
        if (column < columns) {
          if (isOfG) {
            ${
              inputs.g
                ? /* wgsl */ `let start = share * sizes.share;
            let end = min(start + sizes.share, sizes.rows);
            for (var row = start + i32(id.y); row < end; row += ${atOnce}) {
              let value = g[row * columns + column];
              second += value;
              ${u ? 'first += value * u[row * columns + column];' : ''}
            }`
                : ''
            }
          } else {
            ${
              parts
                ? /* wgsl */ `let start = share * sizes.partShare;
            let end = min(start + sizes.partShare, sizes.partRows);
            for (var row = start + i32(id.y); row < end; row += ${atOnce}) {
              first += parts[row * columns + column];
            }`
                : ''
            }
          }
        }
        firstOf[local] = first;
        secondOf[local] = second;
        workgroupBarrier();
        for (var half = ${atOnce / 2}u; half > ${LAST}u; half /= 2u) {
          if (id.y < half) {
            firstOf[local] += firstOf[local + half * ${channels}u];
            secondOf[local] += secondOf[local + half * ${channels}u];
          }
          workgroupBarrier();
        }
        if (id.y != 0u || column >= columns) { return; }
        first = vec4<f32>(0.0);
        second = vec4<f32>(0.0);
        for (var row = 0u; row <= ${LAST}u; row++) {
          first += firstOf[local + row * ${channels}u];
          second += secondOf[local + row * ${channels}u];
        }
        if (isOfG) {
          let place = share * sizes.columns + column;
          ${u ? `products[place] = first ${inputs.earlierProducts ? '+ earlierProducts[column]' : ''};` : ''}
          ${plain ? `sum[place] = second ${inputs.earlierSum ? '+ earlierSum[column]' : ''};` : ''}
        } else {
          ${parts ? `total[share * sizes.partColumns + column] = first ${inputs.earlierTotal ? '+ earlierTotal[column]' : ''};` : ''}
        }
      }
    `,
  });
}
