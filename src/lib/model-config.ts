/**
 * The config.json beside a model's weights, as timm writes it to the Hugging Face Hub,
 * and as much of Transformers' as has the same meaning.
 * Source: timm/models/_hub.py (save_config_for_hf), timm/data/config.py (defaults).
 */

/** One number for each of red, green and blue. */
type Triple = readonly [number, number, number];

/** How a photograph becomes a network's input, ready for use; every field decided. */
export interface InputPreparation {
  /** Side of the square input, in pixels. */
  readonly size: number;
  readonly mean: Triple;
  readonly std: Triple;
  readonly interpolation: 'bilinear' | 'bicubic';
  /** Share of the resized image that the centre crop keeps, in (0, 1]. */
  readonly cropShare: number;
  readonly cropMode: 'center' | 'squash';
}

/** What a config.json says; null where it says nothing that can be used. */
export interface ModelConfig {
  readonly architecture: string | null;
  /** Arguments that timm's create_model takes besides the architecture. */
  readonly modelArgs: Readonly<Record<string, unknown>>;
  /** 0 where the network has no head. */
  readonly numClasses: number | null;
  readonly globalPool: string | null;
  /** Side of the square input, in pixels. */
  readonly inputSize: number | null;
  readonly mean: Triple | null;
  readonly std: Triple | null;
  readonly interpolation: InputPreparation['interpolation'] | null;
  readonly cropPct: number | null;
  readonly cropMode: InputPreparation['cropMode'] | null;
  /** One readable name a class, in the order of the head's outputs. */
  readonly labelNames: readonly string[] | null;
}

type Json = Readonly<Record<string, unknown>>;

/**
 * Reads a config.json. Missing keys are null; timm's nested `pretrained_cfg` goes before its
 * older flat form.
 * @throws Error with a sentence where the text is not a JSON object.
 */
export function parseModelConfig(text: string): ModelConfig {
  const root = parseObject(text);
  const config: Json = { ...root, ...asObject(root['pretrained_cfg']) };
  const numClasses = asCount(root['num_classes']) ?? asCount(config['num_classes']);
  return {
    architecture: asText(root['architecture']) ?? asText(config['architecture']),
    modelArgs: asObject(root['model_args']),
    numClasses,
    globalPool: asText(root['global_pool']) ?? asText(config['global_pool']),
    inputSize: asSide(config['input_size']) ?? asSide(root['image_size']),
    mean: asTriple(config['mean']),
    std: asDeviation(config['std']),
    interpolation: oneOf(config['interpolation'], ['bilinear', 'bicubic']),
    cropPct: asShare(config['crop_pct']),
    cropMode: oneOf(config['crop_mode'], ['center', 'squash']),
    labelNames: labelNames({ ...config, ...root }, numClasses),
  };
}

const IMAGENET_MEAN: Triple = [0.485, 0.456, 0.406];
const IMAGENET_STD: Triple = [0.229, 0.224, 0.225];

/**
 * How images are prepared for a model: what its config says, and timm's defaults where it is
 * silent or there is none (ImageNet mean and deviation, bicubic, a centre crop of 0.875).
 * @param imageSize side of the square input the network was built for, in pixels.
 */
export function preprocessingOf(config: ModelConfig | null, imageSize: number): InputPreparation {
  return {
    size: imageSize,
    mean: config?.mean ?? IMAGENET_MEAN,
    std: config?.std ?? IMAGENET_STD,
    interpolation: config?.interpolation ?? 'bicubic',
    cropShare: config?.cropPct ?? 0.875,
    cropMode: config?.cropMode ?? 'center',
  };
}

function parseObject(text: string): Json {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error('The model config must be a JSON file; this text is not valid JSON.');
  }
  if (isObject(value)) return value;
  throw new Error(
    `The model config must hold a JSON object; got ${Array.isArray(value) ? 'a list' : String(value)}.`,
  );
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function asObject(value: unknown): Json {
  return isObject(value) ? value : {};
}

function asText(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function asCount(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

/** A square input: 224, or [3, 224, 224]. */
function asSide(value: unknown): number | null {
  if (!Array.isArray(value)) return asCount(value) || null;
  const sizes: readonly unknown[] = value;
  const [, height, width] = sizes;
  return sizes.length === 3 && height === width ? asCount(height) || null : null;
}

/** Three numbers, or one that stands for all three channels. */
function asTriple(value: unknown): Triple | null {
  if (!Array.isArray(value)) return null;
  const numbers: readonly unknown[] = value;
  const [r, g = r, b = r] = numbers;
  return isFiniteNumber(r) && isFiniteNumber(g) && isFiniteNumber(b) ? [r, g, b] : null;
}

/** Pixels are divided by it. */
function asDeviation(value: unknown): Triple | null {
  const triple = asTriple(value);
  return triple?.every((deviation) => deviation > 0) ? triple : null;
}

function isFiniteNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function asShare(value: unknown): number | null {
  return isFiniteNumber(value) && value > 0 && value <= 1 ? value : null;
}

function oneOf<T extends string>(value: unknown, known: readonly T[]): T | null {
  return known.find((name) => name === value) ?? null;
}

/** Names of the head's classes where there is exactly one for each output. */
function labelNames(config: Json, numClasses: number | null): readonly string[] | null {
  const names = namesInOrder(config['label_names']) ?? namesInOrder(config['id2label']);
  if (!names || names.length === 0) return null;
  if (numClasses !== null && numClasses !== names.length) return null;
  // Transformers fills in LABEL_0, LABEL_1, … where nobody gave names.
  if (names.every((name, index) => name === `LABEL_${index}`)) return null;
  const descriptions = asObject(config['label_descriptions']);
  return names.map((name) => asText(descriptions[name]) ?? name);
}

/** A list of names, or an object from the class's index to its name. */
function namesInOrder(value: unknown): readonly string[] | null {
  if (!Array.isArray(value) && !isObject(value)) return null;
  const list: readonly unknown[] = Array.isArray(value)
    ? value
    : Array.from({ length: Object.keys(value).length }, (_, index) => value[String(index)]);
  return list.every((name) => typeof name === 'string') ? list : null;
}
