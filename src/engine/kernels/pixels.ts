/** Pixels as bytes, varied and normalised on the device: a quarter of the numbers travels there. */
import { unchanged, type PixelChange } from '../../lib/pixel-change.ts';
import type * as tf from '@tensorflow/tfjs';
import { requiredWebgpu } from './acceleration.ts';
import { launchEach } from './launch.ts';

/** Of red, green and blue. */
export interface Scaling {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

const listed = (values: readonly number[]): string =>
  values.map((value) => `f32(${value})`).join(', ');

/** (byte / 255 − mean) / std of `words`, four bytes each, as int32; colours take turns. → `shape`. */
export function normaliseKernel(
  words: tf.Tensor,
  shape: readonly number[],
  { mean, std }: Scaling,
): tf.Tensor {
  const count = shape.reduce((product, side) => product * side, 1);
  return launchEach(requiredWebgpu(), {
    name: `normalise ${[...mean, ...std].join(' ')}`,
    inputs: { words },
    outputs: { output: shape },
    scalars: ['output'],
    packed: ['words'],
    sizes: { numbers: count },
    count: Math.ceil(count / 4),
    functions: () => /* wgsl */ `
      const MEAN = array<f32, 3>(${listed(mean)});
      const STD = array<f32, 3>(${listed(std)});
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

/** Numbers that tell `changedImagesKernel` of one image's change. */
export const CHANGE_NUMBERS = 20;

/** The changes' numbers, to follow the pixels' words; null changes nothing. */
export function changeNumbers(
  changes: readonly (PixelChange | null)[],
  size: number,
): Float32Array {
  return Float32Array.from(
    changes.flatMap((change) => {
      const { crop, mirrored, colors } = change ?? unchanged(size);
      const { left, top, width, height } = crop;
      return [left, top, width, height, mirrored ? 1 : 0, 0, 0, 0, ...colors.flat()];
    }),
  );
}

/** As `normaliseKernel`, of images [B, S, S, 3] that are changed first; their `changeNumbers` follow in `words`. */
export function changedImagesKernel(
  words: tf.Tensor,
  [count = 0, size = 0]: readonly number[],
  { mean, std }: Scaling,
): tf.Tensor {
  return launchEach(requiredWebgpu(), {
    name: `changed images ${[...mean, ...std].join(' ')}`,
    inputs: { words },
    outputs: { output: [count, size, size, 3] },
    scalars: ['output'],
    packed: ['words'],
    sizes: { size, changes: words.size - count * CHANGE_NUMBERS },
    count: count * size * size,
    functions: () => /* wgsl */ `
      const MEAN = vec3<f32>(${listed(mean)});
      const STD = vec3<f32>(${listed(std)});
      fn numberAt(place : i32) -> f32 { return bitcast<f32>(words[place]); }
      fn fourAt(place : i32) -> vec4<f32> {
        return vec4<f32>(
          numberAt(place), numberAt(place + 1), numberAt(place + 2), numberAt(place + 3));
      }
      fn byteAt(place : i32) -> f32 {
        return f32((words[place >> 2] >> (8u * (u32(place) & 3u))) & 255u);
      }
      fn pixelAt(place : i32) -> vec3<f32> {
        return vec3<f32>(byteAt(3 * place), byteAt(3 * place + 1), byteAt(3 * place + 2));
      }
    `,
    body: () => /* wgsl */ `
      let size = sizes.size;
      let image = index / (size * size);
      let change = sizes.changes + image * ${CHANGE_NUMBERS};
      let crop = fourAt(change);
      let isMirrored = numberAt(change + 4) > 0.0;
      let row = index / size % size;
      let column = select(index % size, size - 1 - index % size, isMirrored);
      let scaled = (vec2<f32>(f32(column), f32(row)) + 0.5) * crop.zw / f32(size) - 0.5;
      let within = clamp(scaled, vec2<f32>(0.0), crop.zw - 1.0);
      let low = floor(within);
      let part = within - low;
      let first = vec2<i32>(crop.xy + low);
      let second = vec2<i32>(crop.xy + min(low + 1.0, crop.zw - 1.0));
      let upper = (image * size + first.y) * size;
      let lower = (image * size + second.y) * size;
      let above = mix(pixelAt(upper + first.x), pixelAt(upper + second.x), part.x);
      let below = mix(pixelAt(lower + first.x), pixelAt(lower + second.x), part.x);
      let found = vec4<f32>(mix(above, below, part.y), 1.0);
      let recoloured = vec3<f32>(
        dot(fourAt(change + 8), found),
        dot(fourAt(change + 12), found),
        dot(fourAt(change + 16), found));
      let bytes = round(clamp(recoloured, vec3<f32>(0.0), vec3<f32>(255.0)));
      let colours = (bytes / 255.0 - MEAN) / STD;
      for (var i = 0; i < 3; i++) { output[3 * index + i] = colours[i]; }
    `,
  }).output;
}
