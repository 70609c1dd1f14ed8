/** What a network is given of a batch: its images, or what its frozen stretches made of them before. */
import * as tf from '@tensorflow/tfjs';
import { createRng } from '../../lib/rng.ts';
import type { Preprocessing } from '../../protocol.ts';
import { changePixels, type AugmentStrength } from '../data/augment.ts';
import type { Batch } from '../data/batches.ts';
import { loadBatch, type BatchPixels, type PixelStore } from '../data/load-batch.ts';
import type { Network } from '../network.ts';
import type { View } from '../peft/contract.ts';
import {
  changesPixels,
  givePixelInputBack,
  normalisedImages,
  pixelInput,
  pixelsOf,
  type Scaling,
} from '../ops/pixels.ts';
import type { StepInput } from '../ops/recorder.ts';

export interface Feed {
  readonly input: StepInput;
  /** `input` as a tensor → what the network reads. */
  readonly prepare: (input: tf.Tensor) => tf.Tensor;
  /** Stretches of the network that are behind it. */
  readonly after: number;
  /** To be called once `input` was used. */
  readonly release: () => void;
}

/** RGB bytes [count, S, S, 3]; `changes` only where the device makes them. */
export function imageFeed(
  bytes: Uint8Array,
  count: number,
  scaling: Scaling,
  changes?: BatchPixels['changes'] | null,
): Feed {
  const pixels = pixelsOf(bytes, count, scaling, changes);
  const input = pixelInput(pixels);
  return {
    input,
    prepare: (tensor) => normalisedImages(tensor, pixels),
    after: 0,
    release: () => givePixelInputBack(input),
  };
}

/** A store's images as a network with this preprocessing is given them, plain or augmented. */
export function imageLoader(store: PixelStore, preprocessing: Preprocessing) {
  const unused = createRng(0);
  return async (batch: Batch, strength: AugmentStrength = 'off', rng = unused): Promise<Feed> => {
    const loaded = await loadBatch(store, batch, preprocessing, strength, rng);
    const count = batch.images.length;
    const isPlain = loaded.changes.every((change) => change === null);
    if (isPlain) return imageFeed(loaded.bytes, count, preprocessing);
    if (changesPixels()) return imageFeed(loaded.bytes, count, preprocessing, loaded.changes);
    return imageFeed(changedBytes(loaded, preprocessing.size), count, preprocessing);
  };
}

/** Changed in place: nobody else has them. */
function changedBytes({ bytes, changes }: BatchPixels, size: number): Uint8Array {
  const length = size * size * 3;
  changes.forEach((change, index) => {
    const image = bytes.subarray(index * length, (index + 1) * length);
    if (change) image.set(changePixels(image, size, change));
  });
  return bytes;
}

/** Does something with what the network reads, outside of a step; the caller frees the result. */
export function useFeed<T extends tf.Tensor>(feed: Feed, use: (input: tf.Tensor) => T): T {
  const { input, prepare, release } = feed;
  const result = tf.tidy(() => use(prepare(tf.tensor(input.values, [...input.shape]))));
  release();
  return result;
}

/** Logits outside of training, [B, classes]; the caller frees them. */
export function predict(network: Network, feed: Feed, view?: View): tf.Tensor2D {
  return useFeed(feed, (input) => network.predict(input, { after: feed.after, view }));
}
