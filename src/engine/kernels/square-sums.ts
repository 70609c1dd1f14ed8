import type * as tf from '@tensorflow/tfjs';
import { acceleratedWebgpu } from './acceleration.ts';
import { launch } from './launch.ts';

const WORKGROUP = 64;
const MOST_PARTS = 1024;

/**
 * Sums of squares of the parts of a vector [n], whose sum is that of all of it; as many as there are
 * threads, at most 1024. Null where the backend does not run our kernels.
 */
export function squareSumsKernel(x: tf.Tensor): tf.Tensor | null {
  const backend = acceleratedWebgpu();
  if (!backend) return null;
  const parts = Math.min(MOST_PARTS, WORKGROUP * Math.ceil(x.size / WORKGROUP / 64));
  return launch(backend, {
    name: 'square sums',
    inputs: { x },
    outputs: { sums: [parts] },
    scalars: ['x', 'sums'],
    sizes: { count: x.size, parts },
    workgroups: [parts / WORKGROUP, 1, 1],
    code: () => /* wgsl */ `
      @compute @workgroup_size(${WORKGROUP})
      fn main(@builtin(global_invocation_id) id : vec3<u32>) {
        var sum = 0.0;
        for (var i = i32(id.x); i < sizes.count; i += sizes.parts) { sum += x[i] * x[i]; }
        sums[id.x] = sum;
      }
    `,
  }).sums;
}
