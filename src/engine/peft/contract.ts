/**
 * What a fine-tuning method is: which of the network's own tensors it trains, which it
 * adds, and what it puts around every site. It knows no backbone.
 */
import type { Tensor2D } from '@tensorflow/tfjs';
import type { EvaluationMode, FormValues, MethodInfo } from '../../protocol.ts';
import type { Rng } from '../../lib/rng.ts';
import type { Value } from '../autograd.ts';
import type { Adaptation } from '../ops/linear.ts';
import type { ParamSpec } from '../params.ts';

/** What a method may know of a site; the backbone's own description has more. */
export interface AdaptedSite {
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly presynaptic: string | null;
  readonly presynapticResized: string | null;
}

/** A tensor that the method adds to the network. */
export interface OwnTensor {
  /** Named after its site, e.g. "blocks.0.attn.qkv.scale". */
  readonly name: string;
  readonly shape: readonly number[];
  readonly initial: Float32Array;
}

/** How the trained model is looked at; "both" at strength 1 is how it was trained. */
export interface View {
  readonly mode: EvaluationMode;
  /** 0 is the network without the method's scales, 1 is as trained. */
  readonly strength: number;
}

export interface AdaptContext {
  readonly view: View;
  readonly options: FormValues;
  /** One of the method's own tensors; undefined where it made none of that name. */
  own(name: string): Value | undefined;
  /** A constant matrix, made once for the whole network. */
  constant(name: string, make: () => Tensor2D): Tensor2D;
}

export interface PeftMethod {
  readonly info: MethodInfo;
  /** Whether it trains this tensor of the backbone. The head is new and always trained. */
  trains(param: ParamSpec, options: FormValues): boolean;
  /** Its own tensors, at values that leave the network's output unchanged. */
  create(sites: readonly AdaptedSite[], options: FormValues, rng: Rng): readonly OwnTensor[];
  /** What it puts around one site. */
  adapt(site: AdaptedSite, context: AdaptContext): Adaptation;
}

/** Name of a site's learned scale; methods with scales use it so that they can be seen. */
export const scaleName = (site: string): string => `${site}.scale`;
