import type * as tf from '@tensorflow/tfjs';
import { givePixelsBack, takePixels } from '../../lib/pixel-buffers.ts';
import { acceleratedWebgpu } from '../kernels/acceleration.ts';
import { normaliseKernel, type Scaling } from '../kernels/normalise.ts';
import type { StepInput } from './recorder.ts';

export type { Scaling } from '../kernels/normalise.ts';

/** RGB bytes of square images, [B, S, S, 3], and how a network wants them normalised. */
export interface Pixels {
  readonly bytes: Uint8Array;
  readonly shape: readonly [number, number, number, number];
  readonly scaling: Scaling;
}

export function pixelsOf(bytes: Uint8Array, count: number, scaling: Scaling): Pixels {
  const side = Math.round(Math.sqrt(bytes.length / count / 3));
  return { bytes, shape: [count, side, side, 3], scaling };
}

/** What a step is handed of them: the bytes where its device normalises, else normalised numbers. */
export function pixelInput({ bytes, shape, scaling }: Pixels): StepInput {
  if (!acceleratedWebgpu()) return { values: normalise(bytes, scaling), shape };
  const words = wordsOf(bytes);
  return { values: words, shape: [words.length] };
}

/** Four bytes each, in place where they lie so that it can be. */
function wordsOf({ buffer, byteOffset, length }: Uint8Array): Int32Array {
  if (byteOffset % 4 === 0 && length % 4 === 0) {
    return new Int32Array(buffer, byteOffset, length / 4);
  }
  const words = new Int32Array(Math.ceil(length / 4));
  new Uint8Array(words.buffer).set(new Uint8Array(buffer, byteOffset, length));
  return words;
}

/** To be called once a step used what `pixelInput` made. */
export function givePixelInputBack({ values }: StepInput): void {
  if (values instanceof Float32Array) givePixelsBack(values);
}

/** (x / 255 − mean) / std of what `pixelInput` made, once it is a tensor: [B, S, S, 3]. */
export function normalisedImages(
  input: tf.Tensor,
  { shape, scaling }: Pick<Pixels, 'shape' | 'scaling'>,
): tf.Tensor4D {
  const [count, height, width, colours] = shape;
  const images = input.dtype === 'int32' ? normaliseKernel(input, shape, scaling) : input;
  return images.as4D(count, height, width, colours);
}

/** By the processor: a table of all bytes for every colour. */
function normalise(bytes: Uint8Array, { mean, std }: Scaling): Float32Array {
  const tables = mean.map((center, colour) =>
    Float32Array.from({ length: 256 }, (_, byte) => (byte / 255 - center) / (std[colour] ?? 1)),
  );
  const [red, green, blue] = tables;
  const result = takePixels(bytes.length);
  for (let at = 0; at < bytes.length; at += 3) {
    result[at] = red![bytes[at]!]!;
    result[at + 1] = green![bytes[at + 1]!]!;
    result[at + 2] = blue![bytes[at + 2]!]!;
  }
  return result;
}
