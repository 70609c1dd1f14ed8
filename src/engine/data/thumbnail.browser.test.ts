import { describe, expect, it } from 'vitest';
import { groupAlikes, LookAlikes } from '../../lib/look-alikes.ts';
import { looksAlike, parseLook, type Look } from '../../lib/perceptual-hash.ts';
import { createRng, type Rng } from '../../lib/rng.ts';
import type { demoTask } from './demo/registry.ts';
import { demoTasks } from './demo/registry.ts';
import { glanceAt } from './thumbnail.ts';

// Photographs stay outside the repository.
const photographs = import.meta.glob<string>('../../../../shared/data/clothing/train/*/*.jpg', {
  query: '?url',
  import: 'default',
});
const files = Object.entries(photographs);

async function lookAt(bitmap: ImageBitmap): Promise<Look> {
  const look = parseLook((await glanceAt(bitmap)).look);
  if (!look) throw new Error('A look must be read as it was written.');
  return look;
}

/** How many of the pictures are held for a near-duplicate of another. */
async function countAlikes(bitmaps: AsyncIterable<ImageBitmap>): Promise<number> {
  const known = new LookAlikes();
  const pictures: { id: number; alike: number[] }[] = [];
  for await (const bitmap of bitmaps) {
    const id = pictures.length;
    pictures.push({ id, alike: known.add(id, (await glanceAt(bitmap)).look) });
  }
  return groupAlikes(pictures).flat().length;
}

type Change = (context: OffscreenCanvasRenderingContext2D, draw: () => void, rng: Rng) => void;

/** What differs from one frame of a webcam to the next. */
const changes: Record<string, Change> = {
  shifted: (context, draw, rng) => {
    const angle = 2 * Math.PI * rng.uniform();
    const distance = 0.01 * context.canvas.width;
    context.translate(distance * Math.cos(angle), distance * Math.sin(angle));
    draw();
  },
  brightened: (context, draw, rng) => {
    context.filter = `brightness(${rng.uniform() < 0.5 ? 0.8 : 1.2})`;
    draw();
  },
  enlarged: (context, draw) => {
    context.scale(1.02, 1.02);
    draw();
  },
  recompressed: (_context, draw) => draw(),
};

async function changed(bitmap: ImageBitmap, change: Change, rng: Rng): Promise<ImageBitmap> {
  const { width, height } = bitmap;
  // Only the middle: what moves in at the edge is not known.
  const canvas = new OffscreenCanvas(Math.round(0.9 * width), Math.round(0.9 * height));
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no 2D context');
  change(context, () => context.drawImage(bitmap, -0.05 * width, -0.05 * height), rng);
  return createImageBitmap(await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.5 }));
}

/** Share of the pictures that are still held for the same after a change. */
async function shareFound(bitmaps: readonly ImageBitmap[], change: Change): Promise<number> {
  const rng = createRng(1, 'changes');
  let found = 0;
  for (const bitmap of bitmaps) {
    const before = await changed(bitmap, (_context, draw) => draw(), rng);
    const after = await changed(bitmap, change, rng);
    if (looksAlike(await lookAt(before), await lookAt(after))) found += 1;
  }
  return found / bitmaps.length;
}

function drawn(task: ReturnType<typeof demoTask>, label: number, index: number) {
  const pixels = task.render(label, index, 1);
  return createImageBitmap(new ImageData(pixels, task.size, task.size));
}

describe.each(demoTasks().map((task) => ({ name: task.card.name, task })))('$name', ({ task }) => {
  it('has no near-duplicates', async () => {
    async function* pictures() {
      for (let index = 0; index < 30; index++) {
        for (const label of task.card.classes.keys()) yield drawn(task, label, index);
      }
    }
    const count = await countAlikes(pictures());
    expect(count).toBe(0);
  });
});

describe.skipIf(files.length === 0)('photographs', () => {
  const open = async (url: () => Promise<string>) =>
    createImageBitmap(await (await fetch(await url())).blob());

  it('are hardly ever held for near-duplicates of others', async () => {
    async function* pictures() {
      for (const [, url] of some) yield open(url);
    }
    const some = files.filter((_, i) => i % 3 === 0);
    const count = await countAlikes(pictures());
    expect(count).toBeLessThan(0.01 * some.length);
  });

  it.each(Object.entries(changes))('are found again when they are %s', async (_name, change) => {
    const bitmaps = await Promise.all(
      files.filter((_, i) => i % 8 === 0).map(([, url]) => open(url)),
    );
    const share = await shareFound(bitmaps, change);
    expect(share).toBeGreaterThan(0.95);
  });
});
