import type { Preprocessing } from '../../protocol.ts';
import { bitmapSource } from './canvas.ts';
import { evaluationGeometry } from './geometry.ts';
import { withPicture } from './picture.ts';
import { resample } from './resample.ts';

function bitmapToPixels(
  bitmap: ImageBitmap,
  preprocessing: Preprocessing,
): Uint8Array<ArrayBuffer> {
  const geometry = evaluationGeometry(bitmap.width, bitmap.height, preprocessing);
  const { width, height, crop } = geometry;
  return resample(bitmapSource(bitmap), width, height, preprocessing.interpolation, crop);
}

/**
 * A picture as a backbone sees it before normalisation: RGB bytes, [size, size, 3], upright,
 * transparency over white, resized and cropped as timm's evaluation transform does.
 * An ImageBitmap stays the caller's to close.
 * @throws EngineError "bad-image"
 */
export async function decodeToPixels(
  source: Blob | ImageBitmap,
  preprocessing: Preprocessing,
): Promise<Uint8Array<ArrayBuffer>> {
  if (source instanceof ImageBitmap) return bitmapToPixels(source, preprocessing);
  return withPicture(source, ({ bitmap }) => bitmapToPixels(bitmap, preprocessing));
}
