import type { Rng } from '../../../../lib/rng.ts';
import { between, chance, pick } from '../drawing/draw.ts';
import { createField, update, type Field } from '../drawing/field.ts';
import { createNoise, fractal, latticeValue, type Noise } from '../drawing/noise.ts';
import type { Colour } from '../drawing/photograph.ts';
import type { Weave } from './weaves.ts';

/** A piece of cloth before any light falls on it. */
export interface Cloth {
  /** Relief in pixels. */
  readonly height: Field;
  readonly red: Field;
  readonly green: Field;
  readonly blue: Field;
}

const dyes: readonly Colour[] = [
  [0.75, 0.7, 0.6],
  [0.2, 0.25, 0.42],
  [0.55, 0.2, 0.18],
  [0.3, 0.38, 0.25],
  [0.6, 0.46, 0.25],
  [0.4, 0.4, 0.42],
  [0.2, 0.42, 0.42],
];

/** Threads per picture start here, so that their numbers never fall below 0. */
const FAR = 1600;

/** Weaves a cloth: turned, scaled and a little warped, its threads uneven, perhaps striped. */
export function weaveCloth(rng: Rng, size: number, weave: Weave): Cloth {
  const cloth: Cloth = {
    height: createField(size),
    red: createField(size),
    green: createField(size),
    blue: createField(size),
  };
  const pitch = between(rng, 4.2, 8.5);
  const angle = between(rng, 0, 2 * Math.PI);
  const shear = between(rng, -0.12, 0.12);
  const flip = chance(rng, 0.5) ? -1 : 1;
  const turned = chance(rng, 0.5);
  const warping = between(rng, 0, 2.5);
  const folds = between(rng, 0, 2.5);
  const crown = between(rng, 0.16, 0.3) * pitch;
  const warpDye = createDye(rng);
  const weftDye = chance(rng, 0.45) ? warpDye : createDye(rng);
  const noise = createNoise(rng);
  const salt = rng.integer(0x7fffffff);
  const cos = Math.cos(angle) / pitch;
  const sin = Math.sin(angle) / pitch;
  update(cloth.height, (x, y) => {
    const dx = x + warping * noise(x * 0.025, y * 0.025);
    const dy = y + warping * noise(x * 0.025 + 40, y * 0.025);
    const across = flip * (dx * cos + dy * sin) + FAR;
    const along = dy * cos - dx * sin + shear * (dx * cos + dy * sin) + FAR;
    const warpAt = turned ? along : across;
    const weftAt = turned ? across : along;
    const thread = topThread(weave, warpAt, weftAt);
    const tone = threadTone(thread, noise, salt);
    const dye = thread.isWarp ? warpDye(thread.number) : weftDye(thread.number);
    const i = y * size + x;
    cloth.red.values[i] = dye[0] * tone;
    cloth.green.values[i] = dye[1] * tone;
    cloth.blue.values[i] = dye[2] * tone;
    return crown * thread.height + folds * 3 * noise(x * 0.022 + 90, y * 0.022);
  });
  return cloth;
}

interface Thread {
  readonly isWarp: boolean;
  readonly number: number;
  /** Place along the thread and across it; across from -1 to 1. */
  readonly along: number;
  readonly across: number;
  /** From 0 in the gap to 1 on the crown. */
  readonly height: number;
}

/** The thread on top at a place, as a round yarn that dives where the next crossing goes under. */
function topThread(weave: Weave, warpAt: number, weftAt: number): Thread {
  const warp = Math.floor(warpAt);
  const weft = Math.floor(weftAt);
  const isWarp = weave(warp, weft);
  const along = isWarp ? weftAt : warpAt;
  const across = 2 * (isWarp ? warpAt - warp : weftAt - weft) - 1;
  const place = isWarp ? weftAt - weft : warpAt - warp;
  const step = place < 0.5 ? -1 : 1;
  const neighbour = isWarp ? weave(warp, weft + step) : weave(warp + step, weft);
  const dive = neighbour === isWarp ? 1 : 0.35 + 0.65 * Math.sin(Math.PI * place);
  const round = Math.sqrt(Math.max(0, 1 - 0.92 * across * across));
  return { isWarp, number: isWarp ? warp : weft, along, across, height: round * dive };
}

/** Brightness of the yarn: each thread its own, fibres along it, darker down in the gaps. */
function threadTone(thread: Thread, noise: Noise, salt: number): number {
  const own = 0.07 * latticeValue(thread.number, thread.isWarp ? 1 : 2, salt);
  const twist =
    0.1 *
    fractal(noise, thread.along * 1.5 + thread.number * 7, thread.across * 2 + thread.along * 2, 2);
  return (0.45 + 0.55 * thread.height) * (1 + own + twist);
}

/** The colour of a thread by its number: one dye, or stripes of two. */
function createDye(rng: Rng): (thread: number) => Colour {
  const ground = pick(rng, dyes);
  const stripe = pick(rng, dyes);
  const period = 6 + rng.integer(20);
  const width = chance(rng, 0.3) ? 1 + rng.integer(4) : 0;
  return (thread) => (thread % period < width ? stripe : ground);
}
