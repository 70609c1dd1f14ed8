/** Large photographs, made up: as many files as are wanted, no two of which are the same. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { createRng } from '../../src/lib/rng.ts';
import { withOrientation } from '../../src/testing/pictures.ts';

const WIDTH = 4000;
const HEIGHT = 3000;
/** Drawn anew; with every way to hold a camera each is eight that look unlike. */
const DRAWN = 24;
const ORIENTATIONS = 8;
const CLASSES = 10;
const BLOTS = 300;

/** Draws in a page and writes `count` files of 12 megapixels into class folders of `folder`. */
export async function makePhotographs(page: Page, folder: string, count: number): Promise<void> {
  const drawn: Uint8Array<ArrayBuffer>[] = [];
  for (let seed = 0; seed < Math.min(DRAWN, count); seed++) drawn.push(await draw(page, seed));
  for (let name = 0; name < CLASSES; name++) {
    await mkdir(join(folder, `class-${name}`), { recursive: true });
  }
  for (let index = 0; index < count; index++) {
    const jpeg = drawn[index % DRAWN] ?? new Uint8Array();
    const orientation = 1 + (Math.floor(index / DRAWN) % ORIENTATIONS);
    const turned = await withOrientation(new Blob([jpeg]), orientation);
    const path = join(folder, `class-${index % CLASSES}`, `${index}.jpg`);
    // Decoders read no further than the picture's end: only the file is another one.
    await writeFile(path, [new Uint8Array(await turned.arrayBuffer()), Buffer.from(`${index}`)]);
  }
}

interface Blot {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly colour: string;
}

interface Sketch {
  readonly width: number;
  readonly height: number;
  readonly blots: readonly Blot[];
}

async function draw(page: Page, seed: number): Promise<Uint8Array<ArrayBuffer>> {
  const sketch = { width: WIDTH, height: HEIGHT, blots: blotsOf(seed) };
  const base64 = await page.evaluate(drawPhotograph, sketch);
  return Uint8Array.from(Buffer.from(base64, 'base64'));
}

/** The first one covers everything. */
function blotsOf(seed: number): Blot[] {
  const rng = createRng(seed, 'photographs');
  return Array.from({ length: BLOTS }, (_, index) => ({
    x: WIDTH * rng.uniform(),
    y: HEIGHT * rng.uniform(),
    radius: index === 0 ? WIDTH + HEIGHT : 40 + 500 * rng.uniform() ** 3,
    colour: `hsl(${rng.integer(360)} 60% ${20 + rng.integer(60)}%)`,
  }));
}

/** Runs in the page: blots under a grain, without which files would be smaller than a camera’s. */
async function drawPhotograph({ width, height, blots }: Sketch): Promise<string> {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  const grain = new OffscreenCanvas(512, 512);
  const grains = grain.getContext('2d');
  if (!context || !grains) throw new Error('The page cannot draw.');
  for (const { x, y, radius, colour } of blots) {
    context.fillStyle = colour;
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fill();
  }
  const pixels = new ImageData(512, 512);
  let noise = 1;
  for (let at = 0; at < pixels.data.length; at += 4) {
    noise = (noise * 48271) % 2147483647;
    pixels.data.fill(noise & 255, at, at + 3);
    pixels.data[at + 3] = 16;
  }
  grains.putImageData(pixels, 0, 0);
  context.fillStyle = context.createPattern(grain, 'repeat') ?? 'black';
  context.fillRect(0, 0, width, height);
  const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.8 });
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let text = '';
  for (let at = 0; at < bytes.length; at += 32768) {
    text += String.fromCharCode(...bytes.subarray(at, at + 32768));
  }
  return btoa(text);
}
