import type { StateDict } from '../../../lib/safetensors.ts';

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
}
