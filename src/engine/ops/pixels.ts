import type * as tf from '@tensorflow/tfjs';
import type { PixelChange } from '../../lib/pixel-change.ts';
import { givePixelsBack, takePixels } from '../../lib/pixel-buffers.ts';
import { acceleratedWebgpu } from '../kernels/acceleration.ts';
import {
  changedImagesKernel,
  changeNumbers,
  normaliseKernel,
  type Scaling,
} from '../kernels/pixels.ts';
import type { StepInput } from './recorder.ts';

export type { Scaling } from '../kernels/pixels.ts';

/** RGB bytes of square images, [B, S, S, 3], and how a network wants them normalised. */
export interface Pixels {
  readonly bytes: Uint8Array;
  readonly shape: readonly [number, number, number, number];
  readonly scaling: Scaling;
  /** What the device is to do with each image first; only where it can, see `changesPixels`. */
  readonly changes: readonly (PixelChange | null)[] | null;
}

/** True where the device varies images; elsewhere they come as they are to be. */
export const changesPixels = (): boolean => acceleratedWebgpu() !== null;

export function pixelsOf(
  bytes: Uint8Array,
  count: number,
  scaling: Scaling,
  changes: Pixels['changes'] = null,
): Pixels {
  const side = Math.round(Math.sqrt(bytes.length / count / 3));
  return { bytes, shape: [count, side, side, 3], scaling, changes };
}

/** What a step is handed of them: the bytes where its device normalises, else normalised numbers. */
export function pixelInput({ bytes, shape, scaling, changes }: Pixels): StepInput {
  if (!acceleratedWebgpu()) return { values: normalise(bytes, scaling), shape };
  const words = wordsOf(bytes);
  const values = changes ? followedBy(words, changeNumbers(changes, shape[1])) : words;
  return { values, shape: [values.length] };
}

function followedBy(words: Int32Array, numbers: Float32Array): Int32Array {
  const both = new Int32Array(words.length + numbers.length);
  both.set(words);
  both.set(new Int32Array(numbers.buffer), words.length);
  return both;
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
  { shape, scaling, changes }: Omit<Pixels, 'bytes'>,
): tf.Tensor4D {
  const [count, height, width, colours] = shape;
  if (input.dtype !== 'int32') return input.as4D(count, height, width, colours);
  const kernel = changes ? changedImagesKernel : normaliseKernel;
  return kernel(input, shape, scaling).as4D(count, height, width, colours);
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
