/** Many tensors as one vector and back, by copies of their bytes: no shader runs for it. */
import * as tf from '@tensorflow/tfjs';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { acceleratedWebgpu } from './acceleration.ts';
import { bufferOf, copyBuffers, type BufferCopy } from './pass.ts';

/** All elements of all tensors, one after the other; null where the backend does not run our kernels. */
export function joinKernel(tensors: readonly tf.Tensor[]): tf.Tensor1D | null {
  const backend = acceleratedWebgpu();
  if (!backend || tensors.some(({ dtype }) => dtype !== 'float32')) return null;
  const size = tensors.reduce((sum, tensor) => sum + tensor.size, 0);
  const joined = made(backend, [size]);
  const to = bufferOf(backend, joined);
  let offset = 0;
  const copies = tensors.map((tensor): BufferCopy => {
    const copy = { from: bufferOf(backend, tensor), fromOffset: 0, to, toOffset: offset };
    offset += 4 * tensor.size;
    return { ...copy, size: 4 * tensor.size };
  });
  copyBuffers(backend, copies);
  return joined.as1D();
}

/** Takes a vector apart into tensors of these shapes, in order; null where the backend does not run our kernels. */
export function splitKernel(
  flat: tf.Tensor1D,
  shapes: readonly (readonly number[])[],
): tf.Tensor[] | null {
  const backend = acceleratedWebgpu();
  if (!backend) return null;
  const from = bufferOf(backend, flat);
  const parts = shapes.map((shape) => made(backend, shape));
  let fromOffset = 0;
  const copies = parts.map((part): BufferCopy => {
    const size = 4 * part.size;
    const copy = { from, fromOffset, to: bufferOf(backend, part), toOffset: 0, size };
    fromOffset += size;
    return copy;
  });
  copyBuffers(backend, copies);
  return parts;
}

function made(backend: WebGPUBackend, shape: readonly number[]): tf.Tensor {
  return tf.engine().makeTensorFromTensorInfo(backend.makeTensorInfo([...shape], 'float32'));
}
