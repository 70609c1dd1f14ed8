import type { PixelChange } from '../../lib/pixel-change.ts';
import type { Rng } from '../../lib/rng.ts';
import type { ImageId, Preprocessing } from '../../protocol.ts';
import { drawChange, type AugmentStrength } from './augment.ts';
import type { Batch } from './batches.ts';

/** What the loader needs of the image store. */
export interface PixelStore {
  /** RGB bytes, [images, size, size, 3]. */
  pixels(images: readonly ImageId[], preprocessing: Preprocessing): Promise<Uint8Array>;
}

/** RGB bytes [n, size, size, 3], and how each image is to be varied; null for one that is not. */
export interface BatchPixels {
  readonly bytes: Uint8Array;
  readonly changes: readonly (PixelChange | null)[];
}

/**
 * A batch's images as they are, with the augmentation of each.
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
): Promise<BatchPixels> {
  const { size } = preprocessing;
  const bytes = await store.pixels(batch.images, preprocessing);
  const changeOf = (index: number): PixelChange | null => {
    if (augmentation === 'off' || batch.weights[index] === 0) return null;
    const image = bytes.subarray(index * size * size * 3, (index + 1) * size * size * 3);
    return drawChange(image, size, augmentation, rng.fork(batch.start + index));
  };
  return { bytes, changes: batch.images.map((_, index) => changeOf(index)) };
}
