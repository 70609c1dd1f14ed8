import type { Rng } from '../../../../lib/rng.ts';
import { between, mix, pick } from '../drawing/draw.ts';
import { createField, update, type Field } from '../drawing/field.ts';
import { createNoise, fractal } from '../drawing/noise.ts';
import type { Colour, Planes } from '../drawing/photograph.ts';
import { alongStroke, walk } from '../drawing/strokes.ts';

const grounds: readonly {
  readonly dark: Colour;
  readonly light: Colour;
  readonly rough: number;
}[] = [
  { dark: [0.2, 0.15, 0.1], light: [0.5, 0.4, 0.29], rough: 1 },
  { dark: [0.14, 0.22, 0.08], light: [0.4, 0.5, 0.22], rough: 1 },
  { dark: [0.3, 0.31, 0.33], light: [0.55, 0.55, 0.55], rough: 0.7 },
  { dark: [0.72, 0.7, 0.65], light: [0.86, 0.85, 0.81], rough: 0.3 },
  { dark: [0.42, 0.3, 0.2], light: [0.6, 0.45, 0.31], rough: 0.5 },
];

/** What the leaf lies on: soil, moss, slate, paper or wood, with twigs and stalks strewn about. */
export function createGround(rng: Rng, size: number): Planes {
  const { dark, light, rough } = pick(rng, grounds);
  const pattern = createField(size);
  const noise = createNoise(rng);
  const scale = between(rng, 0.06, 0.2);
  const stretch = between(rng, 1, 2.5);
  update(
    pattern,
    (x, y) => 0.5 + 0.75 * rough * fractal(noise, x * scale, (y * scale) / stretch, 3),
  );
  strewTwigs(pattern, rng);
  const plane = (channel: 0 | 1 | 2) => {
    const field = createField(size);
    update(field, (x, y) => mix(dark[channel], light[channel], pattern.values[y * size + x]!));
    return field;
  };
  return { red: plane(0), green: plane(1), blue: plane(2) };
}

function strewTwigs(pattern: Field, rng: Rng): void {
  const { size, values } = pattern;
  const count = rng.integer(5);
  for (let i = 0; i < count; i++) {
    const angle = between(rng, 0, 2 * Math.PI);
    const points = walk(rng, {
      x: between(rng, 0, size),
      y: between(rng, 0, size),
      angle,
      length: between(rng, 15, 80),
      step: 5,
      jitter: 0.2,
      bend: between(rng, -0.05, 0.05),
      width: between(rng, 0.6, 2),
    });
    const strength = between(rng, -0.7, 0.6);
    alongStroke(pattern, points, 1.5, (place, distance) => {
      values[place]! += strength * Math.min(1, 3 - 2 * distance);
    });
  }
}
