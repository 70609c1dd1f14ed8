import type { Rng } from '../../../../lib/rng.ts';
import { between, chance, mix, smoothstep } from '../drawing/draw.ts';
import type { Field } from '../drawing/field.ts';
import { createNoise, fractal } from '../drawing/noise.ts';
import { alongStroke, walk, type StrokePoint } from '../drawing/strokes.ts';
import { paint, type Metal } from './metal.ts';

/** Does something to a flawless surface. */
export type Defect = (metal: Metal, rng: Rng) => void;

/** Long, nearly straight grooves at an angle to the grain, with a burr thrown up beside them. */
export const scratch: Defect = (metal, rng) => {
  const count = 1 + rng.integer(2);
  for (let i = 0; i < count; i++) {
    const angle = metal.grain + between(rng, 0.35, Math.PI - 0.35);
    const length = between(rng, 40, 95);
    const points = walk(rng, {
      ...startOf(metal, rng, angle, length),
      angle,
      length,
      step: 4,
      jitter: 0.03,
      bend: between(rng, -0.02, 0.02),
      width: between(rng, 0.6, 1.35),
    });
    carve(metal.height, points, between(rng, 0.5, 1.2), 0.3);
    paint(metal.albedo, points, between(rng, -0.15, 0.3), 1);
  }
};

/** A loose group of small craters. */
export const pit: Defect = (metal, rng) => {
  const count = 2 + rng.integer(6);
  const margin = 0.15 * metal.size;
  const centreX = between(rng, margin, metal.size - margin);
  const centreY = between(rng, margin, metal.size - margin);
  for (let i = 0; i < count; i++) {
    const spread = i === 0 ? 0 : 15;
    const x = centreX + spread * rng.normal();
    const y = centreY + spread * rng.normal();
    const width = between(rng, 1.5, i === 0 ? 4.6 : 3.6);
    const stretch = between(rng, 0, 0.6) * width;
    const angle = between(rng, 0, Math.PI);
    const end = { x: x + stretch * Math.cos(angle), y: y + stretch * Math.sin(angle), width };
    const crater = [{ x, y, width }, end];
    carve(metal.height, crater, width * between(rng, 0.3, 0.6), 0.12);
    paint(metal.albedo, crater, -between(rng, 0.05, 0.3), 0.6);
  }
};

/** A jagged, dark, branching line. */
export const crack: Defect = (metal, rng) => {
  const angle = between(rng, 0, 2 * Math.PI);
  const length = between(rng, 45, 100);
  const width = between(rng, 0.55, 1.2);
  const trunk = walk(rng, {
    ...startOf(metal, rng, angle, length),
    angle,
    length,
    step: 3.2,
    jitter: 0.75,
    bend: between(rng, -0.05, 0.05),
    width,
  });
  const depth = between(rng, 0.5, 1.2);
  const darkness = between(rng, 0.18, 0.48);
  for (const points of [trunk, ...branches(rng, trunk, angle, width)]) {
    carve(metal.height, points, depth, 0);
    paint(metal.albedo, points, -darkness, 1);
  }
};

function branches(
  rng: Rng,
  trunk: readonly StrokePoint[],
  angle: number,
  width: number,
): StrokePoint[][] {
  const count = rng.integer(4);
  return Array.from({ length: count }, () => {
    const from = trunk[2 + rng.integer(Math.max(1, trunk.length - 4))] ?? trunk[0]!;
    const side = chance(rng, 0.5) ? 1 : -1;
    return walk(rng, {
      x: from.x,
      y: from.y,
      angle: angle + side * between(rng, 0.4, 1.1),
      length: between(rng, 12, 34),
      step: 3,
      jitter: 0.7,
      bend: 0,
      width: 0.8 * width,
    });
  });
}

/** A dried puddle or a rust bloom: a ragged patch of other colour, often with a darker rim. */
export const stain: Defect = (metal, rng) => {
  const { size } = metal;
  const noise = createNoise(rng);
  const radius = between(rng, 11, 28);
  const centreX = between(rng, 0.15 * size, 0.85 * size);
  const centreY = between(rng, 0.15 * size, 0.85 * size);
  const squash = between(rng, 0.6, 1);
  const angle = between(rng, 0, Math.PI);
  const softness = between(rng, 0.12, 0.5);
  const darkness = between(rng, 0.09, 0.27) * (chance(rng, 0.8) ? -1 : 0.7);
  const rim = chance(rng, 0.6) ? between(rng, 0.03, 0.1) : 0;
  const warmth = between(rng, -0.05, 0.13);
  for (let y = 0, i = 0; y < size; y++) {
    for (let x = 0; x < size; x++, i++) {
      const u = (x - centreX) * Math.cos(angle) + (y - centreY) * Math.sin(angle);
      const v = ((y - centreY) * Math.cos(angle) - (x - centreX) * Math.sin(angle)) / squash;
      const reach = Math.sqrt(u * u + v * v) / radius;
      if (reach > 2.2) continue;
      const edge = reach + 0.45 * fractal(noise, x / 11, y / 11, 3);
      const inside = smoothstep(1 + softness, 1 - softness, edge);
      const ring = rim * Math.exp(-(((edge - 0.95) / 0.12) ** 2));
      metal.albedo.values[i]! *= 1 + darkness * inside - ring;
      metal.warmth.values[i]! += warmth * inside;
    }
  }
};

/** A groove with a raised rim; `depth` in pixels of relief, `rim` as a share of it. */
function carve(height: Field, points: readonly StrokePoint[], depth: number, rim: number): void {
  const reach = rim > 0 ? 4 : 2.5;
  alongStroke(height, points, reach, (place, d) => {
    const ridge = rim === 0 ? 0 : rim * Math.exp(-(((d - 2) / 0.7) ** 2));
    height.values[place]! -= depth * (Math.exp(-d * d) - ridge);
  });
}

/** Where a line of this length must start for its middle to lie well inside the picture. */
function startOf(metal: Metal, rng: Rng, angle: number, length: number) {
  const middle = () => mix(0.25, 0.75, rng.uniform()) * metal.size;
  return {
    x: middle() - (length / 2) * Math.cos(angle),
    y: middle() - (length / 2) * Math.sin(angle),
  };
}
