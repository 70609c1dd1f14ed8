/** Pixels as bytes, normalised on the device: a quarter of the numbers travels there. */
import type * as tf from '@tensorflow/tfjs';
import { requiredWebgpu } from './acceleration.ts';
import { launchEach } from './launch.ts';

/** Of red, green and blue. */
export interface Scaling {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** (byte / 255 − mean) / std of `words`, four bytes each, as int32; colours take turns. → `shape`. */
export function normaliseKernel(
  words: tf.Tensor,
  shape: readonly number[],
  { mean, std }: Scaling,
): tf.Tensor {
  const count = shape.reduce((product, side) => product * side, 1);
  const colours = (values: readonly number[]): string =>
    `array<f32, 3>(${values.map((value) => `f32(${value})`).join(', ')})`;
  return launchEach(requiredWebgpu(), {
    name: `normalise ${[...mean, ...std].join(' ')}`,
    inputs: { words },
    outputs: { output: shape },
    scalars: ['output'],
    packed: ['words'],
    sizes: { numbers: count },
    count: Math.ceil(count / 4),
    functions: () => /* wgsl */ `
      const MEAN = ${colours(mean)};
      const STD = ${colours(std)};
    `,
    body: () => /* wgsl */ `
      let bytes = unpack4x8unorm(words[index]);
      var centre = MEAN;
      var spread = STD;
      for (var i = 0; i < 4; i++) {
        let place = 4 * index + i;
        if (place < sizes.numbers) {
          output[place] = (bytes[i] - centre[place % 3]) / spread[place % 3];
        }
      }
    `,
  }).output;
}
