import { whiteCanvas } from './canvas.ts';

const LONGEST_SIDE = 96;

/** A JPEG of the bitmap over white, longest side at most 96 px. */
export async function makeThumbnail(bitmap: ImageBitmap): Promise<Blob> {
  const share = Math.min(1, LONGEST_SIDE / Math.max(bitmap.width, bitmap.height));
  const width = Math.max(1, Math.round(bitmap.width * share));
  const height = Math.max(1, Math.round(bitmap.height * share));
  const { canvas, context } = whiteCanvas(width, height);
  context.imageSmoothingQuality = 'medium';
  context.drawImage(bitmap, 0, 0, width, height);
  return canvas.convertToBlob({ type: 'image/jpeg', quality: 0.8 });
}
