import type * as tf from '@tensorflow/tfjs';
import { acceleratedWebgpu } from './acceleration.ts';
import { launch } from './launch.ts';
import { groups } from './wgsl.ts';

const WORKGROUP = 64;
const MOST_PARTS = 1024;
/** Numbers of one thread, where that makes no more parts than these. */
const EACH = 64;

/**
 * Sums of squares of the parts of a vector [n], whose sum is that of all of it; one for every 4096
 * numbers, at most 1024. Null where the backend does not run our kernels.
 */
export function squareSumsKernel(x: tf.Tensor): tf.Tensor | null {
  const backend = acceleratedWebgpu();
  if (!backend) return null;
  const parts = Math.min(MOST_PARTS, groups(x.size, WORKGROUP * EACH));
  return launch(backend, {
    name: 'square sums',
    inputs: { x },
    outputs: { sums: [parts] },
    scalars: ['x', 'sums'],
    sizes: { count: x.size, threads: WORKGROUP * parts },
    workgroups: [parts, 1, 1],
    code: () => /* wgsl */ `
      var<workgroup> sumOf : array<f32, ${WORKGROUP}>;
      @compute @workgroup_size(${WORKGROUP})
      fn main(
        @builtin(global_invocation_id) id : vec3<u32>,
        @builtin(local_invocation_index) local : u32,
      ) {
        var sum = 0.0;
        for (var i = i32(id.x); i < sizes.count; i += sizes.threads) { sum += x[i] * x[i]; }
        sumOf[local] = sum;
        workgroupBarrier();
        if (local != 0u) { return; }
        for (var i = 1u; i < ${WORKGROUP}u; i++) { sum += sumOf[i]; }
        sums[id.x / ${WORKGROUP}u] = sum;
      }
    `,
  }).sums;
}
