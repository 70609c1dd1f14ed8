import type { ImageId, Preprocessing } from '../../protocol.ts';
import type { Rng } from '../../lib/rng.ts';
import type { AugmentStrength } from './augment.ts';
import type { Batch } from './batches.ts';
import { augment } from './augment.ts';

/** What the loader needs of the image store. */
export interface PixelStore {
  /** RGB bytes, [images, size, size, 3]. */
  pixels(images: readonly ImageId[], preprocessing: Preprocessing): Promise<Uint8Array>;
}

/**
 * RGB bytes of a batch, augmented: [n, size, size, 3].
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
): Promise<Uint8Array> {
  const pixels = await store.pixels(batch.images, preprocessing);
  if (augmentation === 'off') return pixels;
  const bytes = preprocessing.size * preprocessing.size * 3;
  batch.weights.forEach((weight, index) => {
    if (weight === 0) return;
    const image = pixels.subarray(index * bytes, (index + 1) * bytes);
    image.set(augment(image, preprocessing.size, augmentation, rng.fork(batch.start + index)));
  });
  return pixels;
}
