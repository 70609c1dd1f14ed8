/**
 * Training-time augmentation: random resized crop, horizontal flip and colour jitter. All of the
 * colour jitter is one affine map of RGB a pixel, so its steps do not clip in between; hue turns
 * in the YIQ plane.
 */
import type { ColorMap, ColorRow, Crop, PixelChange } from '../../lib/pixel-change.ts';
import type { Rng } from '../../lib/rng.ts';

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

function lerp(start: number, length: number, size: number): Lerp {
  const low = new Int32Array(size);
  const high = new Int32Array(size);
  const part = new Float32Array(size);
  for (let place = 0; place < size; place++) {
    const at = ((place + 0.5) * length) / size - 0.5;
    const clamped = Math.min(Math.max(at, 0), length - 1);
    low[place] = start + Math.floor(clamped);
    high[place] = start + Math.min(Math.floor(clamped) + 1, length - 1);
    part[place] = clamped - Math.floor(clamped);
  }
  return { low, high, part };
}

function multiply(first: ColorMap, second: ColorMap): ColorMap {
  const row = ([r, g, b, offset]: ColorRow): ColorRow => {
    const column = (index: 0 | 1 | 2 | 3): number =>
      r * first[0][index] + g * first[1][index] + b * first[2][index];
    return [column(0), column(1), column(2), column(3) + offset];
  };
  return [row(second[0]), row(second[1]), row(second[2])];
}

/** Keeps the luma and scales what differs from it. */
function saturationMap(factor: number): ColorMap {
  const row = (channel: number): ColorRow => {
    const part = (index: 0 | 1 | 2): number =>
      (index === channel ? factor : 0) + (1 - factor) * LUMA[index];
    return [part(0), part(1), part(2), 0];
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

/** What every place of the picture weighs in the mean of what `crop` makes of it, along one side. */
function weightsOf(start: number, length: number, size: number): Float64Array {
  const { low, high, part } = lerp(start, length, size);
  const weights = new Float64Array(size);
  for (let place = 0; place < size; place++) {
    weights[low[place]!]! += (1 - part[place]!) / size;
    weights[high[place]!]! += part[place]! / size;
  }
  return weights;
}

/** Of what `crop` makes of the picture. */
function meanLuma(pixels: Uint8Array, size: number, crop: Crop): number {
  const { left, top, width, height } = crop;
  const across = weightsOf(left, width, size);
  const down = weightsOf(top, height, size);
  let mean = 0;
  for (let row = top; row < top + height; row++) {
    let sum = 0;
    for (let column = left; column < left + width; column++) {
      const at = (row * size + column) * 3;
      const luma = LUMA[0] * pixels[at]! + LUMA[1] * pixels[at + 1]! + LUMA[2] * pixels[at + 2]!;
      sum += across[column]! * luma;
    }
    mean += down[row]! * sum;
  }
  return mean;
}

/** A random variation of RGB bytes [size, size, 3], which it depends on for their brightness alone. */
export function drawChange(
  pixels: Uint8Array,
  size: number,
  strength: Exclude<AugmentStrength, 'off'>,
  rng: Rng,
): PixelChange {
  const range = ranges[strength];
  const crop = randomCrop(size, range.minimumArea, rng);
  const mirrored = rng.uniform() < 0.5;
  return { crop, mirrored, colors: randomColorMap(meanLuma(pixels, size, crop), range, rng) };
}

/** Applies a change to RGB bytes [size, size, 3], which are left as they are. */
export function changePixels(
  pixels: Uint8Array,
  size: number,
  { crop, mirrored, colors }: PixelChange,
): Uint8Array {
  const across = lerp(crop.left, crop.width, size);
  const down = lerp(crop.top, crop.height, size);
  const [[rr, rg, rb, ro], [gr, gg, gb, go], [br, bg, bb, bo]] = colors;
  // Clamps and rounds on writing.
  const result = new Uint8ClampedArray(pixels.length);
  for (let row = 0; row < size; row++) {
    const upper = down.low[row]! * size;
    const lower = down.high[row]! * size;
    const below = down.part[row]!;
    for (let column = 0; column < size; column++) {
      const beside = across.part[column]!;
      const left = across.low[column]!;
      const right = across.high[column]!;
      const a = (upper + left) * 3;
      const b = (upper + right) * 3;
      const c = (lower + left) * 3;
      const d = (lower + right) * 3;
      const between = (channel: number): number => {
        const high = pixels[a + channel]! * (1 - beside) + pixels[b + channel]! * beside;
        const low = pixels[c + channel]! * (1 - beside) + pixels[d + channel]! * beside;
        return high * (1 - below) + low * below;
      };
      const [red, green, blue] = [between(0), between(1), between(2)];
      const out = (row * size + (mirrored ? size - 1 - column : column)) * 3;
      result[out] = rr * red + rg * green + rb * blue + ro;
      result[out + 1] = gr * red + gg * green + gb * blue + go;
      result[out + 2] = br * red + bg * green + bb * blue + bo;
    }
  }
  return new Uint8Array(result.buffer);
}
