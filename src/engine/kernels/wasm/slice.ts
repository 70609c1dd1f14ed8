/**
 * Slice and split. TensorFlow.js's own copy the whole input out of the heap for every part they
 * take of it: an optimizer that hands one flat vector out to fifty tensors moves it fifty times.
 * These move only what is taken, within the heap.
 */
import * as tf from '@tensorflow/tfjs';
import { numbers, type WasmCall } from './kernel.ts';

/** Shorter runs of numbers are copied faster one by one than by a call each. */
const SHORT_RUN = 32;

export function slice(call: WasmCall): tf.TensorInfo {
  const { begin, size } = call.attributes;
  const x = call.input('x');
  const asked = [numbers(begin), numbers(size)] as const;
  const [from = [], taken = []] = tf.slice_util.parseSliceParams(x, ...asked);
  return take(call.backend, x, from, taken);
}

export function split(call: WasmCall): tf.TensorInfo[] {
  const { backend, attributes } = call;
  const x = call.input('x');
  const [along = 0] = tf.util.parseAxisParam(numbers(attributes['axis']), x.shape);
  const asked = numbers(attributes['numOrSizeSplits']);
  const begin = x.shape.map(() => 0);
  return tf.backend_util.prepareSplitSize(x, asked, along).map((length) => {
    const part = take(backend, x, begin, x.shape.with(along, length));
    begin[along] = (begin[along] ?? 0) + length;
    return part;
  });
}

function take(
  backend: WasmCall['backend'],
  x: tf.TensorInfo,
  begin: readonly number[],
  size: number[],
): tf.TensorInfo {
  const output = backend.makeOutput(size, x.dtype);
  const from = backend.typedArrayFromHeap(x);
  copyBlock(from, backend.typedArrayFromHeap(output), x.shape, begin, size);
  return output;
}

/** Copies the block of `size` at `begin` out of a tensor of `shape`; axes that are taken whole run together. */
function copyBlock(
  from: tf.backend_util.TypedArray,
  to: tf.backend_util.TypedArray,
  shape: readonly number[],
  begin: readonly number[],
  size: readonly number[],
): void {
  const strides = [...tf.util.computeStrides([...shape]), 1];
  let last = shape.length - 1;
  while (last > 0 && size[last] === shape[last]) last--;
  const run = (size[last] ?? 1) * (strides[last] ?? 1);
  let target = 0;
  const copyFrom = (axis: number, source: number): void => {
    const stride = strides[axis] ?? 1;
    const start = source + (begin[axis] ?? 0) * stride;
    if (axis >= last) {
      copyRun(from, start, to, target, run);
      target += run;
      return;
    }
    const count = size[axis] ?? 1;
    for (let i = 0; i < count; i++) copyFrom(axis + 1, start + i * stride);
  };
  copyFrom(0, 0);
}

function copyRun(
  from: tf.backend_util.TypedArray,
  source: number,
  to: tf.backend_util.TypedArray,
  target: number,
  length: number,
): void {
  if (length >= SHORT_RUN) {
    to.set(from.subarray(source, source + length), target);
    return;
  }
  for (let i = 0; i < length; i++) to[target + i] = from[source + i] ?? 0;
}
