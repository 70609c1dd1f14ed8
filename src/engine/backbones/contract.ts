/**
 * What a backbone is: a list of named tensors and sites, and a forward pass over them.
 * It knows no method; whatever a method does happens inside the sites.
 */
import type { ModelConfig } from '../../lib/model-config.ts';
import type { StateDict } from '../../lib/safetensors.ts';
import type { Value } from '../autograd.ts';
import type { ConvGeometry } from '../ops/convolution.ts';
import type { ParamSpec } from '../params.ts';

/** What a layer is to its network; methods choose their layers by it. */
export type SiteRole =
  /** Makes the first features out of pixels: patch embedding, stem. */
  | 'embedding'
  /** Queries, keys and values in one, each a third of the outputs. */
  | 'qkv'
  /** Attention's way back into the residual stream. */
  | 'projection'
  /** First layer of an MLP. */
  | 'mlp-in'
  /** Second layer of an MLP: what it reads lives nowhere else. */
  | 'mlp-out'
  /** First convolution of a residual block. */
  | 'convolution'
  /** Later convolution of a residual block: what it reads lives nowhere else. */
  | 'inner-convolution'
  /** One filter a channel. */
  | 'depthwise'
  /** Convolution in a block's shortcut. */
  | 'shortcut'
  /** Fewer positions and more channels, between stages. */
  | 'reduction';

/** A layer with feature channels, where methods may act. */
export interface Site {
  /** timm name of the layer, e.g. "blocks.0.attn.qkv". */
  readonly name: string;
  /** For people, e.g. "Block 1 · attention in". */
  readonly label: string;
  readonly kind: 'linear' | 'conv' | 'depthwise';
  readonly role: SiteRole;
  /** Name of the layer that holds `.weight` and `.bias`; differs from `name` for the patch embedding. */
  readonly layer: string;
  /** Batch norm that follows the convolution, and that scales fold into; null for linear layers. */
  readonly norm: string | null;
  readonly inputs: number;
  readonly outputs: number;
  /** Side of the square kernel, in pixels; 1 where the layer is applied to single positions. */
  readonly kernel: number;
  /**
   * How often it is applied for every position of its block, 1 where it is left out. A layer over
   * the n positions of C channels is applied once a channel: C / n.
   */
  readonly timesPerPosition?: number;
  /**
   * The site whose output channels are this one's input channels. Where they are a multiple of
   * those outputs, they are the same channels of several positions, one position after the other.
   */
  readonly presynaptic: string | null;
  /** A presynaptic site of another width, whose scale is resized; used by "interpolated" propagation only. */
  readonly presynapticResized: string | null;
}

/** A layer norm that a method may follow with channel-wise changes, which then fold into it. */
export interface NormSite {
  readonly name: string;
  readonly width: number;
}

/** An MLP that a method may put a branch beside. */
export interface MlpSite {
  /** e.g. "blocks.0.mlp". */
  readonly name: string;
  /** Channels that enter and leave it. */
  readonly width: number;
}

/** A stack of blocks over one sequence of tokens, which a method may lengthen. */
export interface TokenStack {
  readonly blocks: number;
  readonly width: number;
  /** Tokens before the patches: class, register and distillation tokens. */
  readonly prefix: number;
  readonly patches: number;
  /** Side of a patch, in pixels. */
  readonly patchSide: number;
}

/** The layers of a network as its forward pass calls them, by timm's names. */
export interface Layers {
  /** Over the last axis: [..., in] → [..., out]. */
  linear(site: string, x: Value): Value;
  /** Patches of images [B, S, S, 3] through the patch embedding: → [B, n, C]. */
  patchEmbed(site: string, images: Value, side: number): Value;
  /** Convolution over patches that do not overlap: [B, H, W, in] → [B, ⌊H/k⌋, ⌊W/k⌋, out], k the site's kernel. */
  patchConv(site: string, x: Value): Value;
  /** Convolution with a filter a channel and as many positions out as in: [B, H, W, C] → [B, H, W, C]. */
  depthwise(site: string, x: Value): Value;
  /** Convolution and its batch norm: [B, H, W, in] → [B, H', W', out]. */
  convNorm(site: string, x: Value, geometry: ConvGeometry): Value;
  /** Layer norm over the last axis. */
  norm(name: string, x: Value): Value;
  /** One of the classifiers: [B, C] → [B, classes]. */
  head(name: string, x: Value): Value;
  /**
   * Hook for methods that add tokens before a block: [B, n, C] → [B, n', C]. Prefix tokens stay
   * first and patches last.
   */
  tokens(block: number, x: Value): Value;
  /** Hook for methods that add a branch beside an MLP: its block's input x and the MLP's output y → y', all of y's shape. */
  beside(mlp: string, x: Value, y: Value): Value;
  /** A tensor that belongs to no layer, e.g. "cls_token". */
  value(name: string): Value;
}

/**
 * A part of the forward pass, which reads what the part before it put out and nothing else. Its
 * intermediates are freed behind it, it can be computed again, and what is frozen only once.
 */
export interface Stretch {
  /** e.g. "blocks.3". */
  readonly name: string;
  /** All its tensors, by their names or by those of the layers they belong to. */
  readonly holds: readonly string[];
  /** One of the blocks of which a person may choose to adapt only the last few. */
  readonly isBlock: boolean;
  run(layers: Layers, x: Value): Value;
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
  /** Names of the classifier layers: "head" or "fc" alone, or several that answer together. */
  readonly heads: readonly string[];
  readonly firstConv: string;
  /** Width of what a classifier reads. */
  readonly features: number;
  /** All tensors but the classifiers'. */
  readonly params: readonly ParamSpec[];
  /** In network order. */
  readonly sites: readonly Site[];
  readonly norms: readonly NormSite[];
  readonly mlps: readonly MlpSite[];
  /** Null where the network is no single stack over tokens. */
  readonly tokens: TokenStack | null;
  readonly normEpsilon: number;
  /** One after the other from images [B, S, S, 3], normalised, to logits [B, classes]. */
  readonly stretches: readonly Stretch[];
  /**
   * Brings a file's tensors to the shapes of `params` (position embeddings are resized) and leaves
   * out what follows from them; a head passes as it is.
   */
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
