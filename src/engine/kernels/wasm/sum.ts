import * as tf from '@tensorflow/tfjs';
import { numbers, type WasmCall } from './kernel.ts';

/**
 * Sums over the first axes: the gradient of whatever a batch shares. TensorFlow.js turns the whole
 * tensor around for it first; this reads it once. Null where it is another sum.
 */
export function sumOverFirstAxes({ backend, input, attributes }: WasmCall): tf.TensorInfo | null {
  const { axis, keepDims } = attributes;
  if (typeof axis !== 'number' && !Array.isArray(axis)) return null; // over all axes
  const x = input('x');
  const axes = tf.util.parseAxisParam(numbers(axis), x.shape);
  const first = axes.toSorted((a, b) => a - b).every((one, i) => one === i);
  const kept = x.shape.slice(axes.length);
  if (!first || kept.length === 0 || x.dtype !== 'float32' || keepDims === true) {
    return null;
  }
  const output = backend.makeOutput(kept, 'float32');
  const values = backend.typedArrayFromHeap(x);
  const sums = new Float64Array(tf.util.sizeFromShape(kept));
  for (let start = 0; start < values.length; start += sums.length) {
    for (let i = 0; i < sums.length; i++) sums[i]! += values[start + i]!;
  }
  backend.typedArrayFromHeap(output).set(sums);
  return output;
}
