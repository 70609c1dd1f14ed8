import type { Rng } from '../../../../lib/rng.ts';
import { between, mix, smoothstep } from '../drawing/draw.ts';

/**
 * One leaf's blade in its own frame: u runs from the stalk (0) to the tip (1), v sideways, both in
 * leaf lengths. A leaf is symmetric here; bending and posing it happens outside.
 */
export interface LeafShape {
  /** Roughly the distance to the margin, in leaf lengths; above 0 inside. */
  inside(u: number, v: number): number;
  /** How near the next vein is: 1 on it, 0 away from it. */
  vein(u: number, v: number): number;
  /** Leaf length, in shares of the picture, that covers about as much of it as other shapes do. */
  readonly length: number;
}

/** An undivided blade whose margin runs smooth. */
export function entireLeaf(rng: Rng): LeafShape {
  const blade = randomBlade(rng, 0.17, 0.29);
  return simpleLeaf(rng, 0.77, (u) => blade(u));
}

/** An undivided blade with saw teeth that point to the tip. */
export function serratedLeaf(rng: Rng): LeafShape {
  const blade = randomBlade(rng, 0.18, 0.29);
  const teeth = 9 + rng.integer(6);
  const depth = between(rng, 0.028, 0.05);
  return simpleLeaf(rng, 0.79, (u) => {
    const phase = u * teeth;
    return blade(u) - depth * smoothstep(0, 0.15, u) * (phase - Math.floor(phase));
  });
}

/** A blade cut into round lobes either side, as an oak's. */
export function lobedLeaf(rng: Rng): LeafShape {
  const blade = randomBlade(rng, 0.25, 0.34);
  const lobes = 3 + rng.integer(3);
  const depth = between(rng, 0.3, 0.5);
  const phase = between(rng, 0.4, 0.7);
  return simpleLeaf(rng, 0.84, (u, v) => {
    const wave = 0.5 + 0.5 * Math.cos(2 * Math.PI * (lobes * (u - 0.35 * v) + phase));
    return blade(u) * (1 - depth * wave);
  });
}

/** Pointed lobes spread from one point like fingers, as a maple's. */
export function palmateLeaf(rng: Rng): LeafShape {
  const pairs = 2 + rng.integer(2);
  const spread = between(rng, 0.72, 0.95) * (pairs === 2 ? 1 : 0.78);
  const width = between(rng, 0.125, 0.17) * (pairs === 2 ? 1.1 : 0.9);
  const fingers = Array.from({ length: pairs + 1 }, (_, k) => {
    const angle = k * spread;
    const length = 0.72 * (1 - (0.42 * k) / pairs) * between(rng, 0.93, 1.07);
    return { cos: Math.cos(angle), sin: Math.sin(angle), length };
  });
  const base = 0.28;
  const nearest = (
    u: number,
    v: number,
    measure: (along: number, across: number, length: number) => number,
  ) =>
    fingers.reduce((best, { cos, sin, length }) => {
      const along = (u - base) * cos + v * sin;
      const across = v * cos - (u - base) * sin;
      return Math.max(best, measure(along, Math.abs(across), length));
    }, -1);
  return {
    length: 0.74,
    inside: (u, v) => {
      const side = Math.abs(v);
      const stalk = u > -0.2 && u < base ? 0.011 - side : -1;
      const palm = 0.2 - Math.sqrt((u - base) ** 2 + v * v);
      return Math.max(
        stalk,
        palm,
        nearest(u, side, (along, across, length) => lens(along, across, length, width)),
      );
    },
    vein: (u, v) =>
      nearest(u, Math.abs(v), (along, across) => (along < 0 ? 0 : line(across, 0.011))),
  };
}

/** Many leaflets in pairs along one stalk, as an ash's. */
export function pinnateLeaf(rng: Rng): LeafShape {
  const pairs = 3 + rng.integer(3);
  const tilt = between(rng, 0.75, 1.2);
  const cos = Math.cos(tilt);
  const sin = Math.sin(tilt);
  const width = between(rng, 0.42, 0.62) / (pairs + 1);
  const length = between(rng, 0.3, 0.42);
  const starts = Array.from({ length: pairs }, (_, k) => 0.12 + (0.62 * k) / pairs);
  const leaflets = (
    u: number,
    v: number,
    measure: (along: number, across: number, length: number) => number,
  ) => {
    const side = Math.abs(v);
    let best = measure(u - 0.68, side, 0.34);
    for (const start of starts) {
      const along = (u - start) * cos + side * sin;
      const across = Math.abs(side * cos - (u - start) * sin);
      best = Math.max(best, measure(along - 0.015, across, length));
    }
    return best;
  };
  return {
    length: 0.95,
    inside: (u, v) => {
      const stalk = u > 0 && u < 0.75 ? 0.009 - Math.abs(v) : -1;
      return Math.max(
        stalk,
        leaflets(u, v, (a, b, l) => lens(a, b, l, 0.5 * width)),
      );
    },
    vein: (u, v) => leaflets(u, v, (along, across) => (along < 0 ? 0 : line(across, 0.008))),
  };
}

/** A blade about one midrib with side veins; `halfWidth` may depend on the side distance. */
function simpleLeaf(
  rng: Rng,
  length: number,
  halfWidth: (u: number, v: number) => number,
): LeafShape {
  const veins = between(rng, 5, 9);
  const slant = between(rng, 0.5, 1.1);
  return {
    length,
    inside: (u, v) => {
      const side = Math.abs(v);
      if (u < 0) return u < -0.22 ? -1 : 0.011 - side;
      return u > 1 ? -1 : halfWidth(u, side) - side;
    },
    vein: (u, v) => {
      const side = Math.abs(v);
      const phase = (u - slant * side) * veins;
      const sideVein = Math.abs(phase - Math.round(phase)) / veins;
      return Math.max(line(side, 0.013), 0.65 * line(sideVein, 0.008));
    },
  };
}

/** Half-width of a blade along u: widest somewhere about the middle, pointed at both ends. */
function randomBlade(rng: Rng, narrow: number, wide: number): (u: number) => number {
  const width = between(rng, narrow, wide);
  const skew = between(rng, 0.65, 1.15);
  const fullness = between(rng, 0.7, 1.05);
  // Asked for at every pixel, so kept as a table.
  const last = 256;
  const table = Float32Array.from({ length: last + 1 }, (_, i) => {
    return width * Math.max(0, Math.sin(Math.PI * (i / last) ** skew)) ** fullness;
  });
  return (u) => {
    const place = Math.min(last - 1e-6, Math.max(0, u * last));
    const index = Math.floor(place);
    return mix(table[index]!, table[index + 1]!, place - index);
  };
}

/** Distance to the margin of a pointed oval from (0, 0) to (length, 0), widest before its middle. */
function lens(along: number, across: number, length: number, width: number): number {
  const t = along / length;
  if (t <= 0 || t >= 1) return -1;
  // Well outside the widest place the curve itself need not be known.
  if (across > 1.2 * width) return width - across;
  return width * Math.sin(Math.PI * Math.sqrt(t) ** 1.6) - across;
}

function line(distance: number, width: number): number {
  return Math.max(0, 1 - distance / width);
}
