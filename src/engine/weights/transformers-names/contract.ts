import type { StateDict } from '../../../lib/safetensors.ts';

/** A trained classifier in timm's names, and what its tensors do not tell. */
export interface TimmNetwork {
  readonly tensors: StateDict;
  /** As the backbone tells timm. */
  readonly modelArgs: Readonly<Record<string, unknown>>;
  /** Side of the square input, in pixels. */
  readonly imageSize: number;
  readonly normEpsilon: number;
}

/** How Transformers is told of a network. */
export interface Told {
  readonly modelType: string;
  /** Its class with a head, e.g. "ViTForImageClassification". */
  readonly architecture: string;
  /** Stands before every name but the classifiers'. */
  readonly prefix: string;
  /** Transformers' name of a classifier → timm's. */
  readonly heads: Readonly<Record<string, string>>;
  /** What config.json says of its build, besides what the table expects. */
  readonly config: Readonly<Record<string, unknown>>;
  /** What renaming alone cannot do; the network's own where it can. */
  readonly tensors?: StateDict;
}

/**
 * How Hugging Face Transformers calls the tensors of a family, and what timm calls them. Names
 * are of layers, and stand for their weight, bias and statistics, or of single tensors.
 * `{i}` is a number that both names share; `{i+1}` is the next one.
 */
export interface TransformersNames {
  /** Also the name of its file. */
  readonly name: string;
  /** What stands before every name where the network lies inside a model with a head, e.g. "vit.". */
  readonly prefixes: readonly string[];
  /** A tensor that every network of this family has and no other one. */
  readonly mark: string;
  /** Transformers' name → timm's. */
  readonly renamed: Readonly<Record<string, string>>;
  /** timm's name → Transformers' names of its parts, joined along the outputs. */
  readonly joined: Readonly<Record<string, readonly string[]>>;
  /** Not needed here: index buffers, and parts that only pretraining uses. */
  readonly dropped: readonly string[];
  /** A classifier that reads something else than timm's; left out, with a sentence that says why. */
  readonly foreignHead?: { readonly layer: string; readonly reason: string };
  /** What config.json must say where it says anything of it. */
  readonly expected: Readonly<Record<string, unknown>>;
  /** What renaming alone cannot do. */
  readonly finish?: (tensors: StateDict) => StateDict;
  /** The way back: null where Transformers has no such network under these names. */
  readonly tell: (network: TimmNetwork) => Told | null;
}
