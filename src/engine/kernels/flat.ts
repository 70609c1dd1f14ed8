/** Many tensors as one vector and back, by copies of their bytes: no shader runs for it. */
import * as tf from '@tensorflow/tfjs';
import { acceleratedWebgpu } from './acceleration.ts';
import { bufferOf, copyBuffers, forgetRead, type BufferCopy } from './pass.ts';

/** All elements of all tensors, one after the other; null where the backend does not run our kernels. */
export function joinKernel(tensors: readonly tf.Tensor[]): tf.Tensor1D | null {
  const backend = acceleratedWebgpu();
  if (!backend || tensors.some(({ dtype }) => dtype !== 'float32')) return null;
  const size = tensors.reduce((sum, tensor) => sum + tensor.size, 0);
  const info = backend.makeTensorInfo([size], 'float32');
  const joined = tf.engine().makeTensorFromTensorInfo(info);
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

/** Writes a vector's numbers over those of tensors, in order; false where the backend does not run our kernels. */
export function overwriteKernel(tensors: readonly tf.Tensor[], flat: tf.Tensor1D): boolean {
  const backend = acceleratedWebgpu();
  if (!backend) return false;
  const from = bufferOf(backend, flat);
  let fromOffset = 0;
  const copies = tensors.map((tensor): BufferCopy => {
    const size = 4 * tensor.size;
    const copy = { from, fromOffset, to: bufferOf(backend, tensor), toOffset: 0, size };
    forgetRead(backend, tensor);
    fromOffset += size;
    return copy;
  });
  copyBuffers(backend, copies);
  return true;
}
