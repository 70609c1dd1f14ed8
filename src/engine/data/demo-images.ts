import type { ImportItem } from '../../protocol.ts';
import { EngineError } from '../errors.ts';
import { breathe } from '../train/control.ts';
import { demoTask } from './demo/registry.ts';

const MOST_PER_CLASS = 10_000;

/**
 * Draws a demo task's pictures as PNG files in class folders; the same seed gives the same bytes.
 * @throws EngineError "bad-request" where there is no such task or too much is asked of it.
 */
export async function drawDemo(
  name: string,
  seed: number,
  imagesPerClass: number,
  onProgress: (done: number, total: number) => void,
  signal: AbortSignal,
): Promise<ImportItem[]> {
  const { card, size, render } = demoTask(name);
  if (!Number.isInteger(imagesPerClass) || imagesPerClass < 1 || imagesPerClass > MOST_PER_CLASS) {
    const message = `A demo has 1 … ${MOST_PER_CLASS} images a class; got ${String(imagesPerClass)}.`;
    throw new EngineError('bad-request', message);
  }
  const total = card.classes.length * imagesPerClass;
  const items: ImportItem[] = [];
  for (let index = 0; index < imagesPerClass; index++) {
    for (const [label, className] of card.classes.entries()) {
      if (signal.aborted) return items;
      const file = await encode(render(label, index, seed), size);
      items.push({ file, path: `${name}/${className}/${index + 1}.png` });
      onProgress(items.length, total);
    }
    await breathe();
  }
  return items;
}

function encode(pixels: Uint8ClampedArray<ArrayBuffer>, size: number): Promise<Blob> {
  const canvas = new OffscreenCanvas(size, size);
  canvas.getContext('2d')?.putImageData(new ImageData(pixels, size, size), 0, 0);
  return canvas.convertToBlob({ type: 'image/png' });
}
