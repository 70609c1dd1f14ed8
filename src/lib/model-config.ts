/**
 * The config.json beside a model's weights, as timm or Hugging Face Transformers writes it to
 * the Hugging Face Hub.
 * Source: timm/models/_hub.py (save_config_for_hf), timm/data/config.py (defaults).
 */
import {
  asCount,
  asDeviation,
  asObject,
  asShare,
  asSide,
  asText,
  asTriple,
  isObject,
  oneOf,
  type Json,
  type Triple,
} from './json-fields.ts';
import {
  isTransformersConfig,
  normEpsilonOf,
  readTransformersConfig,
} from './transformers-config.ts';

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
  /** Epsilon of the layer norms where it is not the family's own. */
  readonly normEpsilon: number | null;
  /** All that Transformers' files say; null where they are timm's. */
  readonly transformers: Readonly<Record<string, unknown>> | null;
}

/**
 * Reads a config.json, and what lies beside it: Transformers keeps the preparation of images in a
 * preprocessor_config.json. Missing keys are null; timm's nested `pretrained_cfg` goes before its
 * older flat form.
 * @throws Error with a sentence where a text is not a JSON object.
 */
export function parseModelConfig(...texts: readonly string[]): ModelConfig {
  const root = texts.map(parseObject).reduceRight<Json>((all, file) => ({ ...all, ...file }), {});
  const config: Json = { ...root, ...asObject(root['pretrained_cfg']) };
  const numClasses = asCount(root['num_classes']) ?? asCount(config['num_classes']);
  const isTransformers = isTransformersConfig(root);
  return {
    architecture: asText(root['architecture']) ?? asText(config['architecture']),
    numClasses,
    globalPool: asText(root['global_pool']) ?? asText(config['global_pool']),
    labelNames: labelNames({ ...config, ...root }, numClasses),
    normEpsilon: normEpsilonOf(root),
    transformers: isTransformers ? root : null,
    ...(isTransformers ? readTransformersConfig(root) : readTimmConfig(root, config)),
  };
}

function readTimmConfig(root: Json, config: Json) {
  return {
    modelArgs: asObject(root['model_args']),
    inputSize: asSide(config['input_size']) ?? asSide(root['image_size']),
    mean: asTriple(config['mean']),
    std: asDeviation(config['std']),
    interpolation: oneOf(config['interpolation'], ['bilinear', 'bicubic']),
    cropPct: asShare(config['crop_pct']),
    cropMode: oneOf(config['crop_mode'], ['center', 'squash']),
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
