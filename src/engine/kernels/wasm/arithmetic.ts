import * as tf from '@tensorflow/tfjs';
import type { WasmCall } from './kernel.ts';
import { changeChannels } from './simd-channels.ts';
import { runElementwise } from './simd-elementwise.ts';
import { currentSimd } from './simd.ts';

/** Sum of two tensors of one shape, or of a tensor and a vector over its last axis; null for all others. */
export function add(call: WasmCall): tf.TensorInfo | null {
  return combine(call, 'ADD');
}

/** Product of two tensors as `add`'s. */
export function multiply(call: WasmCall): tf.TensorInfo | null {
  return combine(call, 'MULTIPLY');
}

function combine(
  { backend, input }: WasmCall,
  operation: 'ADD' | 'MULTIPLY',
): tf.TensorInfo | null {
  const simd = currentSimd();
  const [a, b] = [input('a'), input('b')];
  if (!simd || a.dtype !== 'float32' || b.dtype !== 'float32') return null;
  if (tf.util.arraysEqual(a.shape, b.shape)) {
    const output = backend.makeOutput(a.shape, 'float32');
    runElementwise(simd, operation, a, b, output);
    return output;
  }
  const [x, vector] = a.shape.length >= b.shape.length ? [a, b] : [b, a];
  if (!isVectorOver(vector, x)) return null;
  const output = backend.makeOutput(x.shape, 'float32');
  const scale = operation === 'MULTIPLY' ? vector : undefined;
  changeChannels(simd, x, scale, scale ? undefined : vector, output);
  return output;
}

function isVectorOver(vector: tf.TensorInfo, { shape }: tf.TensorInfo): boolean {
  const channels = shape.at(-1) ?? 0;
  const size = tf.util.sizeFromShape(vector.shape);
  return size > 1 && size === channels && vector.shape.at(-1) === channels;
}
