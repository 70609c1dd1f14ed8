import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encode } from 'fast-png';
import { createRng } from '../src/lib/rng.ts';

type Texture = (x: number, y: number, phase: number) => number;

/** Three textures a network tells apart at once, whatever their phase, colour and grain. */
const textures: Readonly<Record<string, Texture>> = {
  checks: (x, y, phase) => (Math.floor(x / 8 + phase) + Math.floor(y / 8)) % 2,
  rings: (x, y, phase) => 0.5 + 0.5 * Math.sin(Math.hypot(x - 32, y - 32) / 3 + 6 * phase),
  stripes: (x, y, phase) => 0.5 + 0.5 * Math.sin((x + 2 * y) / 4 + 6 * phase),
};

export const classNames = Object.keys(textures).sort();

const side = 64;

/** Writes a folder per class under `root`, each with `imagesPerClass` PNG files, the same for the same seed. */
export async function makeClassFolders(
  root: string,
  options: { imagesPerClass: number; seed: number },
): Promise<void> {
  for (const [name, texture] of Object.entries(textures)) {
    const folder = join(root, name);
    await mkdir(folder, { recursive: true });
    const rng = createRng(options.seed).fork(name);
    for (let index = 0; index < options.imagesPerClass; index++) {
      await writeFile(join(folder, `${name}-${index}.png`), paint(texture, rng.uniform));
    }
  }
}

function paint(texture: Texture, random: () => number): Uint8Array {
  const phase = random();
  const tint = [random(), random(), random()].map((share) => 0.6 + 0.4 * share);
  const data = new Uint8Array(side * side * 3);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const light = 30 + 180 * texture(x, y, phase) + 30 * random();
      for (const [channel, share] of tint.entries()) {
        data[(y * side + x) * 3 + channel] = light * share;
      }
    }
  }
  return encode({ width: side, height: side, channels: 3, data });
}
