/**
 * The one place that reaches into TensorFlow.js's WebGPU backend: its open compute pass, so that
 * our kernels and its own run in the order in which they were called.
 */
import * as tf from '@tensorflow/tfjs';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { dispatchesNothing } from './pipelines.ts';

/** Writes one dispatch into the backend's pass; submits as often as the backend itself does. */
export function fillPass(
  backend: WebGPUBackend,
  dispatch: (pass: GPUComputePassEncoder) => void,
): void {
  dispatch(openPass(backend));
  const before: unknown = backend['dispatchCountInPass'];
  const count = (typeof before === 'number' ? before : 0) + 1;
  backend['dispatchCountInPass'] = count;
  if (count < tf.env().getNumber('WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE')) return;
  backend.endComputePassEncoder();
  backend.submitQueue();
}

/** Hands over what is queued. */
export function submitQueued(backend: WebGPUBackend): void {
  backend.endComputePassEncoder();
  if (backend['commandEncoder']) backend.submitQueue();
}

export interface BufferCopy {
  readonly from: GPUBuffer;
  readonly fromOffset: number;
  readonly to: GPUBuffer;
  readonly toOffset: number;
  /** Bytes, as the offsets. */
  readonly size: number;
}

/** Copies between dispatches: after those that were written, before those that come. */
export function copyBuffers(backend: WebGPUBackend, copies: readonly BufferCopy[]): void {
  if (dispatchesNothing()) return;
  backend.endComputePassEncoder();
  const encoder = openEncoder(backend);
  for (const { from, fromOffset, to, toOffset, size } of copies) {
    encoder.copyBufferToBuffer(from, fromOffset, to, toOffset, size);
  }
}

/** A tensor's bytes on the device, which nobody else gets before what is queued has been submitted. */
export function bufferOf(
  backend: WebGPUBackend,
  tensor: tf.Tensor,
  type: 'float32' | 'int32' = 'float32',
): GPUBuffer {
  backend.uploadToGPU(tensor.dataId);
  noteTensor(backend, tensor);
  const { resource, dtype } = backend.tensorMap.get(tensor.dataId);
  // TensorFlow.js casts integers to floats by name alone: the buffer still holds integers.
  if (dtype !== type) return bufferOf(backend, tf.mul(tensor, tf.scalar(1, 'float32')));
  if (resource instanceof GPUBuffer) return resource;
  const shape = tensor.shape.join(', ');
  throw new Error(`A kernel reads and writes buffers; a tensor [${shape}] has none.`);
}

/** To be called when a tensor's buffer is written anew: what was read of it before is no longer so. */
export function forgetRead(backend: WebGPUBackend, { dataId }: tf.TensorInfo): void {
  Object.assign(backend.tensorMap.get(dataId), { values: null });
}

/** Keeps the tensor's buffer from being used again before what is queued has been submitted. */
function noteTensor(backend: WebGPUBackend, { dataId }: tf.TensorInfo): void {
  const owned: unknown = backend['commandQueueOwnedIds'];
  if (!(owned instanceof WeakSet)) throw unlike('commandQueueOwnedIds');
  owned.add(dataId);
}

function openPass(backend: WebGPUBackend): GPUComputePassEncoder {
  const open: unknown = backend['computePassEncoder'];
  if (open instanceof GPUComputePassEncoder) return open;
  const pass = openEncoder(backend).beginComputePass();
  backend['computePassEncoder'] = pass;
  return pass;
}

function openEncoder(backend: WebGPUBackend): GPUCommandEncoder {
  backend.ensureCommandEncoderReady();
  const encoder: unknown = backend['commandEncoder'];
  if (encoder instanceof GPUCommandEncoder) return encoder;
  throw unlike('commandEncoder');
}

function unlike(field: string): Error {
  return new Error(`Our kernels know TensorFlow.js 4.22; its WebGPU backend has no such ${field}.`);
}
