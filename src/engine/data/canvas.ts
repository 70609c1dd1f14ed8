import type { PixelSource } from './resample.ts';
import { EngineError } from '../errors.ts';

/** A white canvas for reading pixels back from, in main memory. */
export function whiteCanvas(
  width: number,
  height: number,
): { canvas: OffscreenCanvas; context: OffscreenCanvasRenderingContext2D } {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) {
    throw new EngineError(
      'out-of-memory',
      `No memory for a picture of ${width} × ${height} pixels.`,
    );
  }
  context.fillStyle = 'white';
  context.fillRect(0, 0, width, height);
  return { canvas, context };
}

/** A bitmap's pixels over white. */
export function bitmapSource(bitmap: ImageBitmap): PixelSource {
  return {
    width: bitmap.width,
    height: bitmap.height,
    read({ left, top, width, height }) {
      const { context } = whiteCanvas(width, height);
      context.imageSmoothingEnabled = false;
      context.drawImage(bitmap, left, top, width, height, 0, 0, width, height);
      return context.getImageData(0, 0, width, height).data;
    },
  };
}
