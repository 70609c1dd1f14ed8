/** Colours of scales: potentiated warm, depressed cool, and 1 the surface itself. */

const STOPS = ['low-3', 'low-2', 'low-1', 'zero', 'high-1', 'high-2', 'high-3'] as const;
/** Odd, so that the middle entry is exactly 1. */
const ENTRIES = 511;

/** Packed pixels from the lowest value to the highest, as `ImageData` stores them. */
export type Palette = Uint32Array;

/** Reads the page's diverging colours as they are at `element`, light or dark. */
export function readPalette(element: Element): Palette {
  const styles = getComputedStyle(element);
  return paletteOf(STOPS.map((stop) => parseRgb(styles.getPropertyValue(`--diverging-${stop}`))));
}

type Rgb = readonly [number, number, number];

export function paletteOf(stops: readonly Rgb[]): Palette {
  const bytes = new Uint8ClampedArray(ENTRIES * 4);
  for (let entry = 0; entry < ENTRIES; entry++) {
    const position = (entry / (ENTRIES - 1)) * (stops.length - 1);
    const below = Math.min(Math.floor(position), stops.length - 2);
    const [from, to] = [stops[below] ?? BLACK, stops[below + 1] ?? BLACK];
    const share = position - below;
    bytes.set(
      [mix(from[0], to[0], share), mix(from[1], to[1], share), mix(from[2], to[2], share), 255],
      entry * 4,
    );
  }
  return new Uint32Array(bytes.buffer);
}

/** Palette entry of a scale, where `range` is the distance from 1 that saturates. */
export function paletteIndex(scale: number, range: number): number {
  const position = (scale - 1) / range;
  const inside = position < -1 ? -1 : position > 1 ? 1 : position;
  return Math.round(((inside + 1) / 2) * (ENTRIES - 1)) || 0;
}

/** The 1, 2 or 5 times a power of ten at or above `value`; at least 0.001. */
export function niceRange(value: number): number {
  const least = Math.max(value, 0.001);
  const power = 10 ** Math.floor(Math.log10(least) + 1e-9);
  const factor = [1, 2, 5, 10].find((step) => step * power >= least * (1 - 1e-6)) ?? 10;
  return Number((factor * power).toPrecision(1));
}

const BLACK: Rgb = [0, 0, 0];

function mix(from: number, to: number, share: number): number {
  return from + (to - from) * share;
}

/** Of a registered colour, whose computed value is "rgb(84, 39, 136)" however it was written. */
function parseRgb(text: string): Rgb {
  const [red = 0, green = 0, blue = 0] = text.match(/\d+/g)?.map(Number) ?? [];
  return [red, green, blue];
}
