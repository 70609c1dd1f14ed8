import type { Preprocessing } from '../../protocol.ts';
import type { Window } from './resample.ts';

/** What to resize a picture to, and which part of the result to keep. */
export interface Geometry {
  readonly width: number;
  readonly height: number;
  readonly crop: Window;
}

/** Python's `round`: halves go to the even neighbour. */
function roundHalfEven(value: number): number {
  const below = Math.floor(value);
  if (value - below !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}

/**
 * The geometry of timm's evaluation transform (`transforms_imagenet_eval`), with the
 * rounding of torchvision's `Resize` and `CenterCrop`.
 */
export function evaluationGeometry(
  width: number,
  height: number,
  { size, cropShare, cropMode }: Pick<Preprocessing, 'size' | 'cropShare' | 'cropMode'>,
): Geometry {
  const side = Math.floor(size / cropShare);
  const long = Math.trunc((side * Math.max(width, height)) / Math.min(width, height));
  const squash = cropMode === 'squash';
  const resized = {
    width: squash || width <= height ? side : long,
    height: squash || height <= width ? side : long,
  };
  const crop = {
    left: roundHalfEven((resized.width - size) / 2),
    top: roundHalfEven((resized.height - size) / 2),
    width: size,
    height: size,
  };
  return { ...resized, crop };
}
