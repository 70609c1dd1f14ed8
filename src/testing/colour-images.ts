import type { RunImages } from '../engine/run.ts';
import type { RunClass } from '../protocol.ts';
import { createRng } from '../lib/rng.ts';

/** Images without files: noise whose mean brightness tells the class, drawn from the image's id. */
export const colourImages: RunImages = {
  prepare: () => Promise.resolve(),
  origin: (id) => ({ path: `colours/${id}.png`, hash: null }),
  pixels: (ids, { size }) => {
    const pixels = new Uint8Array(ids.length * size * size * 3);
    ids.forEach((id, row) => {
      const rng = createRng(id, 'colour');
      const base = 60 + 60 * (id % 3);
      const image = pixels.subarray(row * size * size * 3, (row + 1) * size * size * 3);
      image.forEach((_, i) => {
        image[i] = base + rng.integer(60);
      });
    });
    return Promise.resolve(pixels);
  },
};

/** Three classes of `count` such images. */
export function colourClasses(count: number): RunClass[] {
  return ['dark', 'grey', 'bright'].map((name, label) => ({
    name,
    images: Array.from({ length: count }, (_, i) => 3 * i + label),
  }));
}
