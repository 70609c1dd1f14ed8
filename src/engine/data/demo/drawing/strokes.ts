import type { Rng } from '../../../../lib/rng.ts';
import { between, mix } from './draw.ts';
import type { Field } from './field.ts';

/** A point of a stroke; `width` is half the stroke's thickness there, all in pixels. */
export interface StrokePoint {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/**
 * Calls back for every pixel near a polyline with its place in the field and its distance, counted
 * in the stroke's own half-widths: 0 on the line, 1 on the stroke's edge, at most `reach`.
 */
export function alongStroke(
  { size }: Field,
  points: readonly StrokePoint[],
  reach: number,
  visit: (place: number, distance: number) => void,
): void {
  const box = boxAround(size, points, reach);
  const distances = new Float32Array(Math.max(0, box.width * box.height)).fill(Infinity);
  for (let i = 1; i < points.length; i++) {
    measureSegment(distances, box, size, [points[i - 1]!, points[i]!], reach);
  }
  for (let i = 0; i < distances.length; i++) {
    const distance = distances[i]!;
    const row = Math.floor(i / box.width);
    if (distance <= reach) visit((box.top + row) * size + box.left + i - row * box.width, distance);
  }
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

function boxAround(size: number, points: readonly StrokePoint[], reach: number): Box {
  const margin = reach * Math.max(...points.map((point) => point.width)) + 1;
  const xs = points.map((point) => point.x);
  const ys = points.map((point) => point.y);
  const left = Math.max(0, Math.floor(Math.min(...xs) - margin));
  const top = Math.max(0, Math.floor(Math.min(...ys) - margin));
  const right = Math.min(size - 1, Math.ceil(Math.max(...xs) + margin));
  const bottom = Math.min(size - 1, Math.ceil(Math.max(...ys) + margin));
  return { left, top, width: Math.max(0, right - left + 1), height: Math.max(0, bottom - top + 1) };
}

function measureSegment(
  distances: Float32Array,
  box: Box,
  size: number,
  [from, to]: readonly [StrokePoint, StrokePoint],
  reach: number,
): void {
  const near = boxAround(size, [from, to], reach);
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const length2 = dx * dx + dy * dy || 1;
  for (let y = near.top; y < near.top + near.height; y++) {
    for (let x = near.left; x < near.left + near.width; x++) {
      const along = ((x - from.x) * dx + (y - from.y) * dy) / length2;
      const t = Math.min(1, Math.max(0, along));
      const distance = Math.sqrt((x - from.x - t * dx) ** 2 + (y - from.y - t * dy) ** 2);
      const relative = distance / Math.max(0.05, mix(from.width, to.width, t));
      const i = (y - box.top) * box.width + x - box.left;
      if (relative < distances[i]!) distances[i] = relative;
    }
  }
}

export interface WalkOptions {
  readonly x: number;
  readonly y: number;
  /** Heading at the start, in radians. */
  readonly angle: number;
  readonly length: number;
  readonly step: number;
  /** Turn per step, drawn evenly from ± this, in radians. */
  readonly jitter: number;
  /** Steady turn per step, in radians. */
  readonly bend: number;
  /** Half-width in the middle; both ends taper to a third of it. */
  readonly width: number;
}

/** A walk that keeps its heading roughly, as the points of a stroke. */
export function walk(rng: Rng, options: WalkOptions): StrokePoint[] {
  const { length, step, jitter, bend, width } = options;
  const steps = Math.max(1, Math.round(length / step));
  const points: StrokePoint[] = [];
  let { x, y, angle } = options;
  let wander = 0;
  for (let i = 0; i <= steps; i++) {
    const taper = mix(0.33, 1, Math.sin((Math.PI * i) / steps));
    points.push({ x, y, width: width * taper });
    // The wander is pulled back, so that the walk zigzags about its heading instead of curling up.
    wander = 0.6 * wander + between(rng, -jitter, jitter);
    angle += bend;
    x += step * Math.cos(angle + wander);
    y += step * Math.sin(angle + wander);
  }
  return points;
}
