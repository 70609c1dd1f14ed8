import { LOOK_SIDE, lookOf } from '../../lib/perceptual-hash.ts';
import { whiteCanvas } from './canvas.ts';

const LONGEST_SIDE = 96;

export interface Glance {
  /** A JPEG over white, longest side at most 96 px. */
  readonly thumbnail: Blob;
  /** What near-duplicates have in common. */
  readonly look: string;
}

/** What a picture looks like at a glance: to a person, and to the search for near-duplicates. */
export async function glanceAt(bitmap: ImageBitmap): Promise<Glance> {
  const share = Math.min(1, LONGEST_SIDE / Math.max(bitmap.width, bitmap.height));
  const width = Math.max(1, Math.round(bitmap.width * share));
  const height = Math.max(1, Math.round(bitmap.height * share));
  const small = shrunk(bitmap, width, height);
  const { context } = shrunk(small.canvas, LOOK_SIDE, LOOK_SIDE);
  const look = lookOf(context.getImageData(0, 0, LOOK_SIDE, LOOK_SIDE).data);
  return {
    thumbnail: await small.canvas.convertToBlob({ type: 'image/jpeg', quality: 0.8 }),
    look,
  };
}

function shrunk(
  picture: ImageBitmap | OffscreenCanvas,
  width: number,
  height: number,
): ReturnType<typeof whiteCanvas> {
  const made = whiteCanvas(width, height);
  made.context.imageSmoothingQuality = 'medium';
  made.context.drawImage(picture, 0, 0, width, height);
  return made;
}
