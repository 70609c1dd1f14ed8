import type { Rng } from '../../../../lib/rng.ts';
import { between } from './draw.ts';
import { blur, type Field } from './field.ts';
import { latticeValue } from './noise.ts';

/** Red, green and blue; 0 is black, 1 is white. */
export interface Planes {
  readonly red: Field;
  readonly green: Field;
  readonly blue: Field;
}

export type Colour = readonly [red: number, green: number, blue: number];

export interface CameraRanges {
  /** Blur of the lens, as a Gaussian's sigma in pixels. */
  readonly blur: readonly [number, number];
  /** Sensor noise, as a share of white. */
  readonly noise: readonly [number, number];
  /** Brightness of the exposure, as a factor. */
  readonly exposure: readonly [number, number];
  /** Light lost or won from one side of the picture to the other, as a share. */
  readonly falloff: number;
}

/** Takes the picture: uneven light, lens blur, exposure and sensor noise; RGBA, [size, size, 4]. */
export function photograph(
  planes: Planes,
  rng: Rng,
  camera: CameraRanges,
): Uint8ClampedArray<ArrayBuffer> {
  const { size } = planes.red;
  const exposure = between(rng, ...camera.exposure);
  const sigma = between(rng, ...camera.blur);
  const noise = between(rng, ...camera.noise);
  const angle = between(rng, 0, 2 * Math.PI);
  const slope = between(rng, 0, camera.falloff);
  const vignette = between(rng, 0, 0.5 * camera.falloff);
  const salt = rng.integer(0x7fffffff);
  const sources = [planes.red, planes.green, planes.blue];
  for (const plane of sources) blur(plane, sigma);
  const pixels = new Uint8ClampedArray(size * size * 4).fill(255);
  for (let y = 0, i = 0; y < size; y++) {
    for (let x = 0; x < size; x++, i++) {
      const u = (2 * x) / size - 1;
      const v = (2 * y) / size - 1;
      const light =
        1 + slope * (u * Math.cos(angle) + v * Math.sin(angle)) - vignette * (u * u + v * v);
      // Two hashes summed are close enough to Gaussian, and shared: sensor noise is mostly luminance.
      const grain = noise * (latticeValue(x, y, salt) + latticeValue(x + 4096, y, salt));
      for (let channel = 0; channel < 3; channel++) {
        const value = sources[channel]?.values[i] ?? 0;
        pixels[4 * i + channel] = 255 * (value * light * exposure + grain);
      }
    }
  }
  return pixels;
}
