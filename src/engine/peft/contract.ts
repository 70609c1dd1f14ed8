/**
 * What a fine-tuning method is: which of the network's own tensors it trains, which it
 * adds, and what it puts around every site. It knows no backbone.
 */
import type { Tensor2D } from '@tensorflow/tfjs';
import type { EvaluationMode, FormValues, MethodInfo } from '../../protocol.ts';
import type { Rng } from '../../lib/rng.ts';
import type { Value } from '../autograd.ts';
import type { Backbone, MlpSite, Site } from '../backbones/contract.ts';
import type { ChannelChange } from '../ops/channels.ts';
import type { Adaptation } from '../ops/linear.ts';
import type { Noise } from '../ops/low-rank.ts';
import type { ParamSpec } from '../params.ts';

/** What a method may know of a site; the backbone's own description has more. */
export interface AdaptedSite extends Omit<Site, 'label' | 'layer' | 'norm'> {
  /** The layer or its batch norm adds an offset, into which a learned shift can fold. */
  readonly offset: boolean;
}

/** What a method may know of a network: its parts by what they are, never its family. */
export interface AdaptedNetwork extends Pick<Backbone, 'norms' | 'mlps' | 'tokens'> {
  /** In network order. */
  readonly sites: readonly AdaptedSite[];
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
  readonly network: AdaptedNetwork;
  /** One of the method's own tensors; undefined where it made none of that name. */
  readonly own: (name: string) => Value | undefined;
  /** Through one of the method's own linear layers, `name.weight` and `name.bias`: [..., in] → [..., out]. */
  readonly linear: (name: string, x: Value) => Value;
  /** A constant matrix, made once for the whole network. */
  readonly constant: (name: string, make: () => Tensor2D) => Tensor2D;
  /** A frozen vector of ones. */
  readonly ones: (width: number) => Value;
  /** Where random numbers come from while training; null otherwise. */
  readonly noise: Noise | null;
}

/** A method is a set of hooks; those it leaves out do nothing. */
export interface PeftMethod {
  readonly info: MethodInfo;
  /** At its first values the network says what it said before. */
  readonly startsUnchanged: boolean;
  /** It never acts inside the network, only on its head. */
  readonly leavesBlocks?: boolean;
  /** Why it cannot train this network with these options, as a sentence; null where it can. */
  refuses?(network: AdaptedNetwork, options: FormValues): string | null;
  /** Whether it trains this tensor of the backbone. The head is new and always trained. */
  trains(param: ParamSpec, options: FormValues): boolean;
  /** Its own tensors, at their first values. */
  create?(network: AdaptedNetwork, options: FormValues, rng: Rng): readonly OwnTensor[];
  /** What it puts around one site. */
  adapt?(site: AdaptedSite, context: AdaptContext): Adaptation;
  /** What it puts behind one layer norm. */
  adaptNorm?(norm: string, context: AdaptContext): ChannelChange;
  /** Adds tokens before a block: [B, n, C] → [B, n', C], behind the first prefix token. */
  tokens?(block: number, x: Value, context: AdaptContext): Value;
  /** Adds a branch beside an MLP: its block's input x and its output y → y'. */
  beside?(mlp: MlpSite['name'], x: Value, y: Value, context: AdaptContext): Value;
  /** Share of additional multiplications a prediction costs; 0 where it is left out. */
  extraCost?(network: AdaptedNetwork, options: FormValues): number;
}

/** Name of a site's learned scale; methods with scales use it so that they can be seen. */
export const scaleName = (site: string): string => `${site}.scale`;

/** Name of what is added after the scale. */
export const shiftName = (site: string): string => `${site}.shift`;
