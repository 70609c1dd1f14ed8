import type { ImageId, Preprocessing } from '../../protocol.ts';
import type { Rng } from '../../lib/rng.ts';
import type { AugmentStrength } from './augment.ts';
import type { Batch } from './batches.ts';
import { augment } from './augment.ts';
import { takePixels } from './pixel-buffers.ts';

/** What the loader needs of the image store. */
export interface PixelStore {
  /** RGB bytes, [images, size, size, 3]. */
  pixels(images: readonly ImageId[], preprocessing: Preprocessing): Promise<Uint8Array>;
}

/** Byte → normalised value, one table a channel. */
function tables({ mean, std }: Pick<Preprocessing, 'mean' | 'std'>): Float32Array[] {
  return mean.map((center, channel) =>
    Float32Array.from({ length: 256 }, (_, byte) => (byte / 255 - center) / std[channel]!),
  );
}

/** RGB bytes [n, size, size, 3] → (x / 255 − mean) / std, same shape. */
export function normalize(
  pixels: Uint8Array,
  preprocessing: Pick<Preprocessing, 'mean' | 'std'>,
): Float32Array {
  const [red, green, blue] = tables(preprocessing);
  const result = takePixels(pixels.length);
  for (let at = 0; at < pixels.length; at += 3) {
    result[at] = red![pixels[at]!]!;
    result[at + 1] = green![pixels[at + 1]!]!;
    result[at + 2] = blue![pixels[at + 2]!]!;
  }
  return result;
}

/**
 * Pixels of a batch as the network takes them: [n, size, size, 3], normalised.
 *
 * `rng` belongs to the epoch; each image draws from the fork of its place in the epoch,
 * so neither the order nor the concurrency of calls changes the result. Images of
 * weight 0 are not augmented.
 */
export async function loadBatch(
  store: PixelStore,
  batch: Batch,
  preprocessing: Preprocessing,
  augmentation: AugmentStrength,
  rng: Rng,
): Promise<Float32Array> {
  const pixels = await store.pixels(batch.images, preprocessing);
  if (augmentation === 'off') return normalize(pixels, preprocessing);
  const bytes = preprocessing.size * preprocessing.size * 3;
  batch.weights.forEach((weight, index) => {
    if (weight === 0) return;
    const image = pixels.subarray(index * bytes, (index + 1) * bytes);
    image.set(augment(image, preprocessing.size, augmentation, rng.fork(batch.start + index)));
  });
  return normalize(pixels, preprocessing);
}
