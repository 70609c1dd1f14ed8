/**
 * The config.json and preprocessor_config.json that Hugging Face Transformers writes beside a
 * model's weights, as far as they say how the network is built and how images become its input.
 * Source: transformers/models/{vit,deit,dinov2,resnet,convnext,swin}: configuration_*.py,
 * image_processing_*.py.
 */
import {
  asDeviation,
  asObject,
  asPositive,
  asShare,
  asSide,
  asTriple,
  type Json,
} from './json-fields.ts';
import type { ModelConfig } from './model-config.ts';

type Said = Pick<
  ModelConfig,
  'modelArgs' | 'inputSize' | 'mean' | 'std' | 'interpolation' | 'cropPct' | 'cropMode'
>;

const OWN_KEYS = ['architectures', 'model_type', 'image_processor_type', 'feature_extractor_type'];

/** True where the files are Transformers': timm names one architecture, Transformers a list. */
export function isTransformersConfig(root: Json): boolean {
  return typeof root['architecture'] !== 'string' && OWN_KEYS.some((key) => key in root);
}

/** What both files, taken as one object, say; null where they are silent. */
export function readTransformersConfig(root: Json): Said {
  const input = inputOf(root);
  const { num_attention_heads: heads, num_heads: headsOfStages, window_size: window } = root;
  const normalised = root['do_normalize'] !== false;
  return {
    modelArgs: {
      ...((heads ?? headsOfStages) !== undefined && { num_heads: heads ?? headsOfStages }),
      ...(window !== undefined && { window_size: window }),
      ...(input.size !== null && { img_size: input.size }),
    },
    inputSize: input.size,
    mean: normalised ? channels(root['image_mean'], asTriple) : [0, 0, 0],
    std: normalised ? channels(root['image_std'], asDeviation) : [1, 1, 1],
    interpolation: interpolationOf(root['resample']),
    cropPct: input.cropShare,
    cropMode: input.cropMode,
  };
}

/**
 * The epsilon of the network's layer norms. ConvNeXt states one for its last norm alone and fixes
 * the others at timm's 1e-6; over features of a variance near 1 the two agree to 1e-6.
 */
export function normEpsilonOf(root: Json): number | null {
  return root['model_type'] === 'convnext' ? null : asPositive(root['layer_norm_eps']);
}

interface Input {
  readonly size: number | null;
  readonly cropShare: number | null;
  readonly cropMode: ModelConfig['cropMode'];
}

/** From this side on ConvNeXt's processor resizes straight to the input, without a crop. */
const CONVNEXT_SQUASHED_FROM = 384;

/** Three kinds of image processor: those that crop, ConvNeXt's, and those that squash. */
function inputOf(root: Json): Input {
  const built = asSide(root['image_size']);
  const side = sideOf(root['size']);
  if (root['do_center_crop'] === true) {
    const size = sideOf(root['crop_size']) ?? built;
    const cropShare = size && side ? asShare(size / side) : null;
    return { size, cropShare, cropMode: keepsProportions(root) ? 'center' : 'squash' };
  }
  const usesShortest = 'shortest_edge' in asObject(root['size']) || 'crop_pct' in root;
  const isSmall = side === null || side < CONVNEXT_SQUASHED_FROM;
  if (usesShortest && isSmall) {
    const cropShare = asShare(root['crop_pct']) ?? 224 / 256;
    return { size: side ?? built, cropShare, cropMode: 'center' };
  }
  if (side === null) return { size: built, cropShare: null, cropMode: null };
  return { size: side, cropShare: 1, cropMode: 'squash' };
}

/** 224, { height: 224, width: 224 } or { shortest_edge: 224 }. */
function sideOf(value: unknown): number | null {
  const { height, width, shortest_edge: shortest } = asObject(value);
  if (height !== undefined) return asSide([height, width]);
  return asSide(shortest ?? value);
}

/** A lone number is the short side for some processors and both sides for others. */
function keepsProportions(root: Json): boolean {
  const size = root['size'];
  if (typeof size === 'object') return 'shortest_edge' in asObject(size);
  const processor = root['image_processor_type'] ?? root['feature_extractor_type'];
  return typeof processor !== 'string' || !/^(ViT|DeiT)/.test(processor);
}

/** One number stands for all three channels. */
function channels<T>(value: unknown, read: (list: unknown) => T): T {
  return read(typeof value === 'number' ? [value] : value);
}

/** PIL's numbers for its filters. */
function interpolationOf(resample: unknown): ModelConfig['interpolation'] {
  if (resample === 2) return 'bilinear';
  return resample === 3 ? 'bicubic' : null;
}
