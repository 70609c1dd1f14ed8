import type { InputPreparation } from './model-config.ts';

/** A trained classifier, as timm needs it described to build it again. */
export interface ModelDescription {
  /** A name timm's create_model knows. */
  readonly architecture: string;
  /** What create_model takes besides, e.g. { img_size: 128, depth: 6 }. */
  readonly modelArgs: Readonly<Record<string, unknown>>;
  readonly numFeatures: number;
  /** null leaves it to the architecture. */
  readonly globalPool: string | null;
  readonly classes: readonly string[];
  readonly preprocessing: InputPreparation;
  /** timm names of the heads: "head" or "fc" alone, or several. */
  readonly classifiers: readonly string[];
  /** timm name of the first convolution, e.g. "patch_embed.proj". */
  readonly firstConv: string;
  /** Epsilon of the layer norms where it is not the architecture's own. */
  readonly normEpsilon: number | null;
}

/** A config.json as timm writes it beside weights on the Hugging Face Hub. */
export function modelConfigJson(model: ModelDescription): string {
  const { preprocessing } = model;
  const numClasses = model.classes.length;
  const [classifier, ...others] = model.classifiers;
  const config = {
    architecture: model.architecture,
    num_classes: numClasses,
    num_features: model.numFeatures,
    ...(model.globalPool !== null && { global_pool: model.globalPool }),
    label_names: model.classes,
    model_args: model.modelArgs,
    // timm has no key for it; this one is Transformers'.
    ...(model.normEpsilon !== null && { layer_norm_eps: model.normEpsilon }),
    pretrained_cfg: {
      input_size: [3, preprocessing.size, preprocessing.size],
      mean: preprocessing.mean,
      std: preprocessing.std,
      interpolation: preprocessing.interpolation,
      crop_pct: preprocessing.cropShare,
      crop_mode: preprocessing.cropMode,
      num_classes: numClasses,
      classifier: others.length > 0 ? model.classifiers : classifier,
      first_conv: model.firstConv,
    },
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}
