/** Dropout's masks, made where they are read: a number's place and a seed decide, so nothing is drawn beforehand. */
import * as tf from '@tensorflow/tfjs';
import { mix } from '../../lib/rng.ts';
import { acceleratedWebgpu } from './acceleration.ts';
import { launchEach } from './launch.ts';
import { inVectors } from './wgsl.ts';

/** Which of a step's masks, and how much of what it multiplies is dropped. */
export interface Mask {
  readonly number: number;
  /** From 0 to below 1. */
  readonly rate: number;
}

/** A number is kept where its 32 random bits reach `threshold`, as `kept`. */
function choiceOf(rate: number): { threshold: number; kept: number } {
  const threshold = Math.round(rate * 2 ** 32);
  return { threshold, kept: Math.fround(2 ** 32 / (2 ** 32 - threshold)) };
}

const bitsOf = (value: number): number => new Int32Array(Float32Array.of(value).buffer)[0] ?? 0;

/**
 * 0 with the mask's rate, otherwise 1 / (1 − rate); `seed` int32 [1] on the device. Null where the
 * backend does not run our kernels or the numbers are no multiple of four.
 */
export function maskKernel(
  seed: tf.Tensor,
  shape: readonly number[],
  { number, rate }: Mask,
): tf.Tensor | null {
  const backend = acceleratedWebgpu();
  const size = tf.util.sizeFromShape([...shape]);
  if (!backend || !inVectors(size)) return null;
  const { threshold, kept } = choiceOf(rate);
  return launchEach(backend, {
    name: 'dropout mask',
    inputs: { seed },
    packed: ['seed'],
    outputs: { mask: shape },
    sizes: { number, threshold: threshold | 0, kept: bitsOf(kept) },
    count: size / 4,
    functions: () => /* wgsl */ `
      fn mix(value : u32) -> u32 {
        var mixed = value + 0x9e3779b9u;
        mixed = (mixed ^ (mixed >> 16)) * 0x21f0aaadu;
        mixed = (mixed ^ (mixed >> 15)) * 0x735a2d97u;
        return mixed ^ (mixed >> 15);
      }
    `,
    body: () => /* wgsl */ `
      let start = mix(seed[0] ^ mix(u32(sizes.number)));
      let threshold = u32(sizes.threshold);
      let kept = bitcast<f32>(sizes.kept);
      var four : vec4<f32>;
      for (var i = 0u; i < 4u; i++) {
        four[i] = select(0.0, kept, mix(start ^ mix(4u * u32(index) + i)) >= threshold);
      }
      mask[index] = four;
    `,
  }).mask;
}

/** The same by the processor. */
export function maskNumbers(seed: number, size: number, { number, rate }: Mask): Float32Array {
  const start = mix(seed ^ mix(number));
  const { threshold, kept } = choiceOf(rate);
  return Float32Array.from({ length: size }, (_, place) =>
    mix(start ^ mix(place)) >>> 0 >= threshold ? kept : 0,
  );
}
