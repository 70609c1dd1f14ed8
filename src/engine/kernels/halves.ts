/**
 * Weights in half precision (IEEE binary16), two numbers to a word. Kernels unpack them where they
 * multiply and compute in single precision, so that no device feature is needed: `unpack2x16float`
 * is part of every WebGPU.
 */
import * as tf from '@tensorflow/tfjs';
import { float32ToFloat16 } from '../../lib/half-floats.ts';
import { acceleratedWebgpu, requiredWebgpu } from './acceleration.ts';
import { launchEach } from './launch.ts';
import { inVectors } from './wgsl.ts';

/** True where `size` numbers can be kept in half precision: our kernels run and read whole vectors. */
export const canBeHalved = (size: number): boolean =>
  acceleratedWebgpu() !== null && inVectors(size);

/** Numbers, a multiple of four → int32 [n / 2]; those of 65,520 and more become infinite. */
export function halved(numbers: Float32Array): tf.Tensor1D {
  return tf.tensor1d(new Int32Array(float32ToFloat16(numbers).buffer), 'int32');
}

/** Nothing else that our kernels multiply with is an integer. */
export const isHalved = ({ dtype }: tf.Tensor): boolean => dtype === 'int32';

/** Numbers in a weight, halved or not. */
export const countNumbers = (weight: tf.Tensor): number =>
  isHalved(weight) ? 2 * weight.size : weight.size;

/** WGSL of the vector of four at a place of a weight's buffer. */
export function vectorOf(buffer: string, weight: tf.Tensor): (place: string) => string {
  if (!isHalved(weight)) return (place) => `${buffer}[${place}]`;
  return (place) => `unpackHalves(${buffer}[${place}])`;
}

/** What `halved` made → the same numbers in single precision. */
export function unpacked(words: tf.Tensor, shape: readonly number[]): tf.Tensor {
  return launchEach(requiredWebgpu(), {
    name: 'unpack halves',
    inputs: { words },
    halves: ['words'],
    outputs: { output: shape },
    sizes: {},
    count: words.size / 2,
    body: () => 'output[index] = unpackHalves(words[index]);',
  }).output;
}

/** `halved` of numbers that are on the device. */
export function packed(numbers: tf.Tensor): tf.Tensor {
  return launchEach(requiredWebgpu(), {
    name: 'pack halves',
    inputs: { numbers },
    outputs: { words: [numbers.size / 2] },
    halves: ['words'],
    sizes: {},
    count: numbers.size / 4,
    body: () => /* wgsl */ `
      let four = numbers[index];
      words[index] = vec2<u32>(pack2x16float(four.xy), pack2x16float(four.zw));
    `,
  }).words;
}
