import type { Rng } from '../../../../lib/rng.ts';
import { between, chance, pick } from '../drawing/draw.ts';
import { createField, update, type Field } from '../drawing/field.ts';
import { createNoise, fractal } from '../drawing/noise.ts';
import { alongStroke, walk, type StrokePoint } from '../drawing/strokes.ts';

/** A piece of metal before any light falls on it. */
export interface Metal {
  readonly size: number;
  /** Relief in pixels; 0 is the surface, below it is depth. */
  readonly height: Field;
  /** Share of the light given back. */
  readonly albedo: Field;
  /** Colour shift: above 0 towards rust, below 0 towards blue. */
  readonly warmth: Field;
  /** Direction of the grain, in radians. */
  readonly grain: number;
}

/** A flawless surface: grain, marks of the tool that made it, dust; every class starts from one. */
export function createMetal(rng: Rng, size: number): Metal {
  const metal: Metal = {
    size,
    height: createField(size),
    albedo: createField(size, between(rng, 0.42, 0.72)),
    warmth: createField(size),
    grain: between(rng, 0, Math.PI),
  };
  addGrain(metal, rng);
  addMottle(metal, rng);
  if (chance(rng, 0.5)) addToolMarks(metal, rng);
  addSpecks(metal, rng);
  if (chance(rng, 0.3)) addFibre(metal, rng);
  return metal;
}

/** Brushed and rolled grain are stretched along their direction, cast grain is the same all ways. */
function addGrain({ height, albedo, grain }: Metal, rng: Rng): void {
  const kind = pick(rng, ['brushed', 'rolled', 'cast'] as const);
  const along = { brushed: 0.02, rolled: 0.07, cast: 0.16 }[kind] * between(rng, 0.7, 1.4);
  const across = { brushed: 0.55, rolled: 0.3, cast: 0.16 }[kind] * between(rng, 0.6, 1.3);
  const relief = { brushed: 0.45, rolled: 0.6, cast: 1.0 }[kind] * between(rng, 0.4, 1.05);
  const shade = between(rng, 0.01, 0.07);
  const noise = createNoise(rng);
  const cos = Math.cos(grain);
  const sin = Math.sin(grain);
  update(height, (x, y) => {
    const u = (x * cos + y * sin) * along;
    const v = (y * cos - x * sin) * across;
    return relief * fractal(noise, u, v, 3);
  });
  update(albedo, (x, y, value) => {
    const u = (x * cos + y * sin) * along;
    const v = (y * cos - x * sin) * across;
    return value * (1 + shade * noise(u * 1.3 + 71, v * 1.3));
  });
}

/** Broad, faint differences in brightness and colour, wider than any stain. */
function addMottle({ size, albedo, warmth }: Metal, rng: Rng): void {
  const noise = createNoise(rng);
  const scale = between(rng, 1.2, 2.4) / size;
  const strength = between(rng, 0.02, 0.1);
  update(albedo, (x, y, value) => value * (1 + strength * noise(x * scale, y * scale)));
  update(warmth, (x, y) => 0.03 * noise(x * scale + 31, y * scale));
}

/** Evenly spaced shallow lines right across the picture, along the grain: harmless. */
function addToolMarks({ size, height, grain }: Metal, rng: Rng): void {
  const angle = grain + between(rng, -0.07, 0.07);
  const spacing = between(rng, 7, 26);
  const offset = between(rng, 0, spacing);
  const depth = between(rng, 0.1, 0.3);
  const width = between(rng, 0.6, 1.3);
  const curvature = between(rng, -1, 1) / (4 * size);
  update(height, (x, y, value) => {
    const u = (x - size / 2) * Math.cos(angle) + (y - size / 2) * Math.sin(angle);
    const v = (y - size / 2) * Math.cos(angle) - (x - size / 2) * Math.sin(angle);
    const phase = v + curvature * u * u + offset + 8 * spacing;
    const distance = Math.abs(phase - spacing * Math.round(phase / spacing)) / width;
    return distance > 3 ? value : value - depth * Math.exp(-distance * distance);
  });
}

/** Dust: flat dots, dark or bright, that cast no relief. */
function addSpecks({ size, albedo }: Metal, rng: Rng): void {
  const count = rng.integer(12);
  for (let i = 0; i < count; i++) {
    const x = between(rng, 0, size);
    const y = between(rng, 0, size);
    const width = between(rng, 0.5, 1.2);
    const strength = between(rng, 0.1, 0.4) * (chance(rng, 0.6) ? -1 : 1);
    const dot = [
      { x, y, width },
      { x: x + 0.5, y, width },
    ];
    paint(albedo, dot, strength, 1);
  }
}

/** A hair lying on the surface: thin, dark, smoothly curved, with no groove under it. */
function addFibre({ size, albedo }: Metal, rng: Rng): void {
  const points = walk(rng, {
    x: between(rng, 0, size),
    y: between(rng, 0, size),
    angle: between(rng, 0, 2 * Math.PI),
    length: between(rng, 12, 36),
    step: 3,
    jitter: 0.08,
    bend: between(rng, -0.22, 0.22),
    width: between(rng, 0.4, 0.8),
  });
  paint(albedo, points, -between(rng, 0.1, 0.35), 1);
}

/** Lightens or darkens a field along a stroke; `softness` is the edge's width in half-widths. */
export function paint(
  field: Field,
  points: readonly StrokePoint[],
  strength: number,
  softness: number,
): void {
  alongStroke(field, points, 1 + softness, (place, distance) => {
    field.values[place]! *= 1 + strength * Math.min(1, (1 + softness - distance) / softness);
  });
}
