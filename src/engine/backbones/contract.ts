/**
 * What a backbone is: a list of named tensors and sites, and a forward pass over them.
 * It knows no method; whatever a method does happens inside the sites.
 */
import type { Tensor4D } from '@tensorflow/tfjs';
import type { ModelConfig } from '../../lib/model-config.ts';
import type { StateDict } from '../../lib/safetensors.ts';
import type { Value } from '../autograd.ts';
import type { ConvGeometry } from '../ops/conv-norm.ts';
import type { ParamSpec } from '../params.ts';

/** A layer with feature channels, where methods may act. */
export interface Site {
  /** timm name of the layer, e.g. "blocks.0.attn.qkv". */
  readonly name: string;
  /** For people, e.g. "Block 1 · attention in". */
  readonly label: string;
  readonly kind: 'linear' | 'conv';
  /** Name of the layer that holds `.weight` and `.bias`; differs from `name` for the patch embedding. */
  readonly layer: string;
  /** Batch norm that follows the convolution, and that scales fold into; null for linear layers. */
  readonly norm: string | null;
  readonly inputs: number;
  readonly outputs: number;
  /** The site whose output channels are this one's input channels. */
  readonly presynaptic: string | null;
  /** A presynaptic site of another width, whose scale is resized; used by "interpolated" propagation only. */
  readonly presynapticResized: string | null;
}

/** The layers of a network as its forward pass calls them, by timm's names. */
export interface Layers {
  /** Over the last axis: [..., in] → [..., out]. */
  linear(site: string, x: Value): Value;
  /** Patches of images [B, S, S, 3] through the patch embedding: → [B, n, C]. */
  patchEmbed(site: string, images: Tensor4D, side: number): Value;
  /** Convolution and its batch norm: [B, H, W, in] → [B, H', W', out]. */
  convNorm(site: string, x: Value, geometry: ConvGeometry): Value;
  /** Layer norm over the last axis. */
  norm(name: string, x: Value): Value;
  /** The classifier: [B, C] → [B, classes]. */
  head(x: Value): Value;
  /** Hook for methods that add tokens before a block: [B, n, C] → [B, n', C]. */
  tokens(block: number, x: Value): Value;
  /** A tensor that belongs to no layer, e.g. "cls_token". */
  value(name: string): Value;
  /** Runs a stretch of the network and frees its intermediates. */
  scope(stretch: () => Value): Value;
}

export interface Backbone {
  readonly family: string;
  /** e.g. "ViT-Tiny/16, 6 blocks". */
  readonly label: string;
  /** timm's `create_model` name and arguments that build this network. */
  readonly architecture: string;
  readonly modelArgs: Readonly<Record<string, unknown>>;
  /** Side of the square input, in pixels. */
  readonly imageSize: number;
  /** Name of the classifier layer, "head" or "fc". */
  readonly headName: string;
  readonly firstConv: string;
  /** Width of what the classifier reads. */
  readonly features: number;
  /** All tensors but the classifier's. */
  readonly params: readonly ParamSpec[];
  /** In network order. */
  readonly sites: readonly Site[];
  readonly normEpsilon: number;
  /** Images [B, S, S, 3], normalised → logits [B, classes]. */
  forward(layers: Layers, images: Tensor4D): Value;
  /** Brings a file's tensors to the shapes of `params` (position embeddings are resized); others pass as they are. */
  adopt(weights: StateDict): StateDict;
}

export type Shapes = ReadonlyMap<string, readonly number[]>;

export interface BackboneFamily {
  /** Also the name of its file. */
  readonly name: string;
  /** True where tensor names are this family's. */
  recognises(shapes: Shapes): boolean;
  /**
   * Reads width, depth and the rest from names and shapes; the config settles what they leave open.
   * @throws EngineError "unsupported-model" with the part that is not supported.
   */
  infer(shapes: Shapes, config: ModelConfig | null): Backbone;
}
