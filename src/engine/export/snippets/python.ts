import type { Preprocessing } from '../../../protocol.ts';

/** Lines of Python that make `image`, a PIL image, as large as the network wants it. */
export function resizeInPython({
  size,
  cropShare,
  cropMode,
  interpolation,
}: Preprocessing): string {
  const side = Math.floor(size / cropShare);
  const filter = `Image.Resampling.${interpolation.toUpperCase()}`;
  const resize =
    cropMode === 'center'
      ? `short, long = ${side}, int(${side} * max(image.size) / min(image.size))
image = image.resize((short, long) if image.width <= image.height else (long, short), ${filter})`
      : `image = image.resize((${side}, ${side}), ${filter})`;
  if (cropMode === 'squash' && side === size) return resize;
  return `${resize}
left, top = round((image.width - ${size}) / 2), round((image.height - ${size}) / 2)
image = image.crop((left, top, left + ${size}, top + ${size}))`;
}
