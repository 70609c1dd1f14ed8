/** What a vision transformer is: read from its tensors and config.json, and told to timm. */
import type { ModelConfig } from '../../../lib/model-config.ts';
import type { Shapes } from '../contract.ts';
import {
  refuseArchitectures,
  refuseParts,
  settingOf,
  shapeOf,
  unsupported,
  type Known,
} from './refusals.ts';

/** How its errors call it. */
export const VIT = 'vision transformer';

/** A vision transformer as timm has them. */
export interface VitConfig {
  readonly imageSize: number;
  readonly patch: number;
  readonly width: number;
  readonly depth: number;
  readonly heads: number;
  readonly hidden: number;
  /** Learned tokens before the patches, in order. */
  readonly prefix: readonly { readonly name: string; readonly count: number }[];
  /** How many of them have a position of their own: all or none. */
  readonly placed: number;
  readonly qkvBias: boolean;
  /** A norm before the blocks, as in CLIP; the patch embedding then has no bias. */
  readonly preNorm: boolean;
  /** A learned factor a channel on what attention and MLP add (Touvron et al. 2021b). */
  readonly layerScale: boolean;
  readonly activation: 'gelu' | 'quick_gelu';
  readonly pool: 'token' | 'avg';
  /** The last norm: before the pooling, or behind it. */
  readonly norm: 'norm' | 'fc_norm';
}

/** The tokens timm puts before the patches, in its order. */
const PREFIX = ['cls_token', 'dist_token', 'reg_token'];

/** Parts of timm's other vision transformers. */
const unknownParts: Known = [
  [/\.mlp\.(w12|w3|fc1_[gx])\./, 'a gated MLP (SwiGLU)'],
  [/\.(q|k)_norm\./, 'norms of queries and keys'],
  [/rel_pos/, 'relative positions'],
  [/^attn_pool\./, 'pooling by attention'],
  [/\.(attn|mlp)\.norm\./, 'norms inside attention and MLP'],
  [/\.(in_proj|attns|ffns)\./, 'attention and MLP side by side'],
  [/^patch_embed\.(backbone|conv|norm)/, 'patches that a convolutional network makes'],
];

/** Networks whose tensors do not tell them apart from those computed here. */
const unknownArchitectures: Known = [
  [/siglip/, 'a GELU that may be an approximation (SigLIP)'],
  [/_rpn_/, 'norms behind attention and MLP'],
];

/**
 * Reads the network from its tensors; config.json settles what they leave open.
 * @throws EngineError "unsupported-model" with the part that is not supported.
 */
export function readVit(shapes: Shapes, config: ModelConfig | null): VitConfig {
  refuseParts(VIT, shapes, unknownParts);
  refuseArchitectures(VIT, config, unknownArchitectures);
  const args = config?.modelArgs ?? {};
  settingOf('pool_include_prefix', args['pool_include_prefix'], [false]);
  const [width = 0, , patch = 0] = shapeOf(VIT, shapes, 'patch_embed.proj.weight');
  const prefix = PREFIX.flatMap((name) => {
    const count = shapes.get(name)?.[1];
    return count ? [{ name, count }] : [];
  });
  const { placed, grid } = positionsOf(shapes, prefix);
  let depth = 0;
  while (shapes.has(`blocks.${depth}.attn.qkv.weight`)) depth++;
  return {
    imageSize: numberFrom(args['img_size']) ?? config?.inputSize ?? grid * patch,
    patch,
    width,
    depth,
    heads: headsOf(width, config),
    hidden: hiddenOf(shapes),
    prefix,
    placed,
    qkvBias: shapes.has('blocks.0.attn.qkv.bias'),
    preNorm: shapes.has('norm_pre.weight'),
    layerScale: shapes.has('blocks.0.ls1.gamma'),
    activation: activationOf(shapes, config),
    pool: settingOf('global_pool', args['global_pool'] ?? config?.globalPool, poolsOf(shapes)),
    norm: shapes.has('fc_norm.weight') ? 'fc_norm' : 'norm',
  };
}

/** Positions are a square grid, behind those of all tokens before the patches or of none. */
function positionsOf(shapes: Shapes, prefix: VitConfig['prefix']) {
  const [, positions = 0] = shapeOf(VIT, shapes, 'pos_embed');
  const before = prefix.reduce((sum, { count }) => sum + count, 0);
  for (const placed of [0, before]) {
    const grid = Math.sqrt(positions - placed);
    if (Number.isInteger(grid)) return { placed, grid };
  }
  throw unsupported(
    `The position embedding must hold a square grid, alone or behind the ${before} tokens before the patches; got ${positions} positions.`,
  );
}

/** timm's vision transformers have 64 channels a head, except for these widths; small ones that cannot have three heads. */
const headsOfWidths: Readonly<Record<number, number>> = {
  64: 2,
  1152: 16,
  1280: 16,
  1408: 16,
  1664: 16,
};

function headsOf(width: number, config: ModelConfig | null): number {
  const usual = headsOfWidths[width] ?? (width % 64 === 0 ? width / 64 : 3);
  const ofArchitecture = config?.architecture?.startsWith('vit_base_patch16_gap') ? 16 : usual;
  const heads = numberFrom(config?.modelArgs['num_heads']) ?? ofArchitecture;
  if (width % heads === 0) return heads;
  throw unsupported(`The width must divide into heads; got ${width} and ${heads} heads.`);
}

function hiddenOf(shapes: Shapes): number {
  const [hidden = 0] = shapeOf(VIT, shapes, 'blocks.0.mlp.fc1.weight');
  const [, read = 0] = shapeOf(VIT, shapes, 'blocks.0.mlp.fc2.weight');
  if (read === hidden) return hidden;
  throw unsupported(
    `A gated MLP (SwiGLU) is not supported yet: "blocks.0.mlp.fc1" makes ${hidden} features and "blocks.0.mlp.fc2" reads ${read}.`,
  );
}

/** OpenAI's CLIP and some after it compute with an approximation of GELU, which no tensor tells. */
function activationOf(shapes: Shapes, config: ModelConfig | null): VitConfig['activation'] {
  const said = config?.modelArgs['act_layer'];
  const architecture = config?.architecture ?? null;
  if (shapes.has('norm_pre.weight') && said === undefined && architecture === null) {
    throw unsupported(
      'The image side of a CLIP model may compute with GELU or with quick GELU, which its weights do not tell: open it together with its config.json.',
    );
  }
  const isQuick = architecture?.includes('quickgelu') ?? false;
  return settingOf('act_layer', said, isQuick ? ['quick_gelu', 'gelu'] : ['gelu', 'quick_gelu']);
}

/** The pooling that the tensors suggest, and the other one where they allow it. */
function poolsOf(shapes: Shapes): readonly [VitConfig['pool'], ...VitConfig['pool'][]] {
  if (shapes.has('dist_token')) return ['token'];
  if (!shapes.has('cls_token')) return ['avg'];
  return shapes.has('fc_norm.weight') ? ['avg', 'token'] : ['token', 'avg'];
}

function numberFrom(value: unknown): number | null {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : null;
}

/** Of timm's names, one that has what no argument gives: two heads, or CLIP's epsilon. */
export function vitArchitecture(config: VitConfig): string {
  if (isDistilled(config)) return 'deit_tiny_distilled_patch16_224';
  return config.preNorm ? 'vit_base_patch16_clip_224' : 'vit_tiny_patch16_224';
}

/** What timm must be told; it normalises behind an average pool where it is told nothing. */
export function vitArguments(config: VitConfig): Record<string, unknown> {
  const { prefix, placed, width, hidden } = config;
  const registers = prefix.find(({ name }) => name === 'reg_token')?.count ?? 0;
  const ratio = hidden / width;
  return {
    img_size: config.imageSize,
    patch_size: config.patch,
    embed_dim: width,
    depth: config.depth,
    num_heads: config.heads,
    // timm takes the whole part of width · ratio.
    mlp_ratio: Math.floor(width * ratio) === hidden ? ratio : (hidden + 0.5) / width,
    ...(config.pool === 'avg' && { global_pool: 'avg' }),
    ...((config.pool === 'avg') !== (config.norm === 'fc_norm') && {
      fc_norm: config.norm === 'fc_norm',
    }),
    ...(config.layerScale && { init_values: 1e-5 }),
    ...(registers > 0 && { reg_tokens: registers }),
    ...(placed === 0 && prefix.length > 0 && { no_embed_class: true }),
    ...(!prefix.some(({ name }) => name === 'cls_token') && { class_token: false }),
    ...(config.preNorm && { pre_norm: true }),
    ...(!config.qkvBias && { qkv_bias: false }),
    ...(config.activation !== 'gelu' && { act_layer: config.activation }),
  };
}

export const isDistilled = ({ prefix }: Pick<VitConfig, 'prefix'>): boolean =>
  prefix.some(({ name }) => name === 'dist_token');
