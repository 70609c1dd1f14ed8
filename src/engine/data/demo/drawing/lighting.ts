import type { Rng } from '../../../../lib/rng.ts';
import { between } from './draw.ts';
import { createField, type Field } from './field.ts';

/** A distant lamp: a unit vector towards it (x right, y down, z to the eye). */
export interface Lamp {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

/** A lamp anywhere around the object, between two heights above its plane, in radians. */
export function randomLamp(rng: Rng, lowest: number, highest: number): Lamp {
  const azimuth = between(rng, 0, 2 * Math.PI);
  const elevation = between(rng, lowest, highest);
  const flat = Math.cos(elevation);
  return { x: flat * Math.cos(azimuth), y: flat * Math.sin(azimuth), z: Math.sin(elevation) };
}

export interface Shading {
  /** Lambert term over that of the flat surface: 1 where it is flat. */
  readonly diffuse: Field;
  /** Highlight in (0, 1]: Blinn–Phong's power of the cosine, as the exponential close to it. */
  readonly specular: Field;
}

/** Lights a relief; heights in pixels, `shininess` is the exponent of the highlight. */
export function shade(height: Field, lamp: Lamp, shininess: number): Shading {
  const { size } = height;
  const diffuse = createField(size);
  const specular = createField(size);
  const halfLength = Math.hypot(lamp.x, lamp.y, lamp.z + 1);
  const half = { x: lamp.x / halfLength, y: lamp.y / halfLength, z: (lamp.z + 1) / halfLength };
  const { values } = height;
  for (let y = 0, i = 0; y < size; y++) {
    const up = y > 0 ? -size : 0;
    const down = y < size - 1 ? size : 0;
    for (let x = 0; x < size; x++, i++) {
      const left = x > 0 ? -1 : 0;
      const right = x < size - 1 ? 1 : 0;
      const slopeX = (values[i + right]! - values[i + left]!) / 2;
      const slopeY = (values[i + down]! - values[i + up]!) / 2;
      const norm = 1 / Math.sqrt(1 + slopeX * slopeX + slopeY * slopeY);
      const facing = (lamp.z - slopeX * lamp.x - slopeY * lamp.y) * norm;
      const glancing = (half.z - slopeX * half.x - slopeY * half.y) * norm;
      diffuse.values[i] = Math.max(0, facing) / lamp.z;
      specular.values[i] = Math.exp(shininess * (glancing - 1));
    }
  }
  return { diffuse, specular };
}
