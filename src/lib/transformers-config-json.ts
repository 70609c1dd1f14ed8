/** The config.json and preprocessor_config.json that Hugging Face Transformers reads beside a model. */
import type { InputPreparation } from './model-config.ts';

export interface TransformersDescription {
  /** e.g. "vit". */
  readonly modelType: string;
  /** e.g. "ViTForImageClassification"; null where Python's Transformers has no class for it. */
  readonly architecture: string | null;
  /** How the network is built, in Transformers' words. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly classes: readonly string[];
}

export function transformersConfigJson(model: TransformersDescription): string {
  const { modelType, architecture, config, classes } = model;
  return json({
    ...(architecture !== null && { architectures: [architecture] }),
    model_type: modelType,
    ...config,
    id2label: Object.fromEntries(classes.entries()),
    label2id: Object.fromEntries(classes.map((name, index) => [name, index])),
    problem_type: 'single_label_classification',
    torch_dtype: 'float32',
    // Left to itself Transformers.js looks for a quantised file, which is not there.
    'transformers.js_config': { dtype: 'fp32' },
  });
}

/** PIL's numbers for its filters. */
const RESAMPLE = { bilinear: 2, bicubic: 3 } as const;

/** In terms of the plainest image processor that does these steps, in Python and JavaScript. */
export function preprocessorConfigJson(preparation: InputPreparation): string {
  const { size, mean, std, interpolation, cropShare, cropMode } = preparation;
  const resized = Math.floor(size / cropShare);
  const crops = cropMode === 'center' || resized !== size;
  return json({
    image_processor_type: processorOf(cropMode, crops),
    do_resize: true,
    size: cropMode === 'center' ? { shortest_edge: resized } : { height: resized, width: resized },
    resample: RESAMPLE[interpolation],
    do_center_crop: crops,
    ...(crops && { crop_size: { height: size, width: size } }),
    do_rescale: true,
    rescale_factor: 1 / 255,
    do_normalize: true,
    image_mean: mean,
    image_std: std,
  });
}

function processorOf(cropMode: InputPreparation['cropMode'], crops: boolean): string {
  if (cropMode === 'center') return 'BitImageProcessor';
  return crops ? 'DeiTImageProcessor' : 'ViTImageProcessor';
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
