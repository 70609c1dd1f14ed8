import type { ScaleFrame } from '../protocol.ts';

/** A frame of the largest ViT is a third of a megabyte; this many bound the page's memory. */
export const FRAME_LIMIT = 200;

/**
 * The history with one more frame. Beyond `limit` the inner frame goes whose leaving
 * opens the smallest gap, so that first and last stay and the spacing stays even.
 */
export function withFrame(
  frames: readonly ScaleFrame[],
  frame: ScaleFrame,
  limit = FRAME_LIMIT,
): readonly ScaleFrame[] {
  const earlier = frames.filter(({ step }) => step < frame.step);
  return thinned([...earlier, frame], limit);
}

/** At most `limit` of the frames, evenly spaced, the first and the last among them. */
export function thinned(frames: readonly ScaleFrame[], limit: number): readonly ScaleFrame[] {
  const all = [...frames];
  while (all.length > Math.max(2, limit)) all.splice(mostCrowded(all), 1);
  return all;
}

function mostCrowded(frames: readonly ScaleFrame[]): number {
  let crowded = 1;
  let smallest = Number.POSITIVE_INFINITY;
  for (let i = 1; i < frames.length - 1; i++) {
    const gap = stepAt(frames, i + 1) - stepAt(frames, i - 1);
    if (gap < smallest) {
      smallest = gap;
      crowded = i;
    }
  }
  return crowded;
}

/** Index of the last frame at or before `step`; 0 where none is. */
export function frameAtStep(frames: readonly ScaleFrame[], step: number): number {
  let low = 0;
  let high = frames.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (stepAt(frames, middle) <= step) low = middle;
    else high = middle - 1;
  }
  return Math.max(0, low);
}

function stepAt(frames: readonly ScaleFrame[], index: number): number {
  return frames[index]?.step ?? Number.NaN;
}
