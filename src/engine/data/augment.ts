/**
 * Training-time augmentation on bytes: random resized crop, horizontal flip and
 * colour jitter. All of the colour jitter is one affine map of RGB a pixel, so its
 * steps do not clip in between; hue turns in the YIQ plane.
 */
import type { Rng } from '../../lib/rng.ts';
import { givePixelsBack, takePixels } from '../../lib/pixel-buffers.ts';

export type AugmentStrength = 'off' | 'light' | 'strong';

interface Ranges {
  /** Smallest share of the picture's area that a crop keeps. */
  readonly minimumArea: number;
  /** Brightness, contrast and saturation are scaled by 1 ± this. */
  readonly jitter: number;
  /** Largest turn of the hue, in shares of the circle. */
  readonly hue: number;
}

const ranges: Readonly<Record<Exclude<AugmentStrength, 'off'>, Ranges>> = {
  light: { minimumArea: 0.7, jitter: 0.15, hue: 0 },
  strong: { minimumArea: 0.35, jitter: 0.4, hue: 0.05 },
};

/** Widest and narrowest crop, width over height, as usual for ImageNet. */
const RATIO = 4 / 3;
const CROP_ATTEMPTS = 10;
/** Rec. 601 luma. */
const LUMA = [0.299, 0.587, 0.114] as const;

interface Crop {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

function between(rng: Rng, low: number, high: number): number {
  return low + (high - low) * rng.uniform();
}

/** As torchvision's `RandomResizedCrop.get_params`. */
function randomCrop(size: number, minimumArea: number, rng: Rng): Crop {
  for (let attempt = 0; attempt < CROP_ATTEMPTS; attempt++) {
    const area = size * size * between(rng, minimumArea, 1);
    const ratio = Math.exp(between(rng, -Math.log(RATIO), Math.log(RATIO)));
    const width = Math.round(Math.sqrt(area * ratio));
    const height = Math.round(Math.sqrt(area / ratio));
    if (width < 1 || height < 1 || width > size || height > size) continue;
    const left = rng.integer(size - width + 1);
    const top = rng.integer(size - height + 1);
    return { left, top, width, height };
  }
  return { left: 0, top: 0, width: size, height: size };
}

/** For each output place: the two input places it lies between, and how far it is to the second. */
interface Lerp {
  readonly low: Int32Array;
  readonly high: Int32Array;
  readonly part: Float32Array;
}

function lerp(start: number, length: number, size: number, mirrored: boolean): Lerp {
  const low = new Int32Array(size);
  const high = new Int32Array(size);
  const part = new Float32Array(size);
  for (let place = 0; place < size; place++) {
    const at = ((place + 0.5) * length) / size - 0.5;
    const clamped = Math.min(Math.max(at, 0), length - 1);
    const out = mirrored ? size - 1 - place : place;
    low[out] = start + Math.floor(clamped);
    high[out] = start + Math.min(Math.floor(clamped) + 1, length - 1);
    part[out] = clamped - Math.floor(clamped);
  }
  return { low, high, part };
}

/** Cuts `crop` out, mirrors it if asked, and enlarges it bilinearly: floats, [size, size, 3], to be given back. */
function cropped(pixels: Uint8Array, size: number, crop: Crop, mirrored: boolean): Float32Array {
  const across = lerp(crop.left, crop.width, size, mirrored);
  const down = lerp(crop.top, crop.height, size, false);
  const result = takePixels(size * size * 3);
  let out = 0;
  for (let row = 0; row < size; row++) {
    const upper = down.low[row]! * size;
    const lower = down.high[row]! * size;
    const below = down.part[row]!;
    for (let column = 0; column < size; column++) {
      const left = across.low[column]!;
      const right = across.high[column]!;
      const beside = across.part[column]!;
      const a = (upper + left) * 3;
      const b = (upper + right) * 3;
      const c = (lower + left) * 3;
      const d = (lower + right) * 3;
      for (let channel = 0; channel < 3; channel++) {
        const high = pixels[a + channel]! * (1 - beside) + pixels[b + channel]! * beside;
        const low = pixels[c + channel]! * (1 - beside) + pixels[d + channel]! * beside;
        result[out++] = high * (1 - below) + low * below;
      }
    }
  }
  return result;
}

/** Three rows of three factors and an offset: [red, green, blue, 1] → RGB. */
type ColorMap = readonly (readonly [number, number, number, number])[];

function multiply(first: ColorMap, second: ColorMap): ColorMap {
  return second.map(([r, g, b, offset]) => {
    const column = (index: 0 | 1 | 2 | 3): number =>
      r * first[0]![index] + g * first[1]![index] + b * first[2]![index];
    return [column(0), column(1), column(2), column(3) + offset];
  });
}

/** Keeps the luma and scales what differs from it. */
function saturationMap(factor: number): ColorMap {
  const row = (channel: number): [number, number, number, number] => {
    const [r, g, b] = LUMA.map(
      (share, index) => (index === channel ? factor : 0) + (1 - factor) * share,
    );
    return [r!, g!, b!, 0];
  };
  return [row(0), row(1), row(2)];
}

function contrastMap(factor: number, mean: number): ColorMap {
  const offset = (1 - factor) * mean;
  return [
    [factor, 0, 0, offset],
    [0, factor, 0, offset],
    [0, 0, factor, offset],
  ];
}

const TO_YIQ: ColorMap = [
  [0.299, 0.587, 0.114, 0],
  [0.595716, -0.274453, -0.321263, 0],
  [0.211456, -0.522591, 0.311135, 0],
];
const FROM_YIQ: ColorMap = [
  [1, 0.9563, 0.621, 0],
  [1, -0.2721, -0.6474, 0],
  [1, -1.107, 1.7046, 0],
];

function hueMap(turn: number): ColorMap {
  const cos = Math.cos(2 * Math.PI * turn);
  const sin = Math.sin(2 * Math.PI * turn);
  const turned: ColorMap = [
    [1, 0, 0, 0],
    [0, cos, -sin, 0],
    [0, sin, cos, 0],
  ];
  return multiply(multiply(TO_YIQ, turned), FROM_YIQ);
}

/** Brightness, then contrast around the picture's mean luma, then saturation, then hue. */
function randomColorMap(mean: number, { jitter, hue }: Ranges, rng: Rng): ColorMap {
  const factor = (): number => between(rng, 1 - jitter, 1 + jitter);
  const brightness = factor();
  const brighter = contrastMap(brightness, 0);
  const contrasted = multiply(brighter, contrastMap(factor(), mean * brightness));
  const saturated = multiply(contrasted, saturationMap(factor()));
  return hue === 0 ? saturated : multiply(saturated, hueMap(between(rng, -hue, hue)));
}

function meanLuma(pixels: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < pixels.length; at += 3) {
    sum += LUMA[0] * pixels[at]! + LUMA[1] * pixels[at + 1]! + LUMA[2] * pixels[at + 2]!;
  }
  return sum / (pixels.length / 3);
}

function recolored(pixels: Float32Array, map: ColorMap): Uint8Array {
  // Clamps and rounds on writing.
  const result = new Uint8ClampedArray(pixels.length);
  const [rr, rg, rb, ro] = map[0]!;
  const [gr, gg, gb, go] = map[1]!;
  const [br, bg, bb, bo] = map[2]!;
  for (let at = 0; at < pixels.length; at += 3) {
    const red = pixels[at]!;
    const green = pixels[at + 1]!;
    const blue = pixels[at + 2]!;
    result[at] = rr * red + rg * green + rb * blue + ro;
    result[at + 1] = gr * red + gg * green + gb * blue + go;
    result[at + 2] = br * red + bg * green + bb * blue + bo;
  }
  return new Uint8Array(result.buffer);
}

/**
 * A random variation of RGB bytes [size, size, 3]. "off" returns the input itself;
 * otherwise the input is left as it is and `rng` alone decides the result.
 */
export function augment(
  pixels: Uint8Array,
  size: number,
  strength: AugmentStrength,
  rng: Rng,
): Uint8Array {
  if (strength === 'off') return pixels;
  const range = ranges[strength];
  const crop = randomCrop(size, range.minimumArea, rng);
  const mirrored = rng.uniform() < 0.5;
  const moved = cropped(pixels, size, crop, mirrored);
  const colored = recolored(moved, randomColorMap(meanLuma(moved), range, rng));
  givePixelsBack(moved);
  return colored;
}
