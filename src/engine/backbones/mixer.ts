/**
 * MLP-Mixer (Tolstikhin et al. 2021) in timm's names: patch embedding, pre-norm blocks of two MLPs,
 * norm, mean, head. The first MLP of a block works along the tokens, the same for every channel;
 * the second along the channels, the same for every token.
 *
 * SAN was published for transformers. Here `mlp_channels.fc1` reads the stream of features that all
 * blocks add to, as a transformer's `attn.qkv` does, and so γ_in is the scale of the layer that made
 * the stream, the patch embedding. Inside each MLP the scale of `fc1` goes on to `fc2`: these
 * features are its hidden units. `mlp_tokens.fc1` reads tokens, which have no scale, so that it has
 * no γ_in; and what `mlp_tokens.fc2` gives are tokens again: it has one scale a token, which
 * nothing that reads channels carries on. Its bias, and a shift behind it, move all channels of a
 * token alike, which every layer norm takes away again: they learn nothing.
 *
 * A token MLP has a weight for every patch, so that a Mixer takes images of one size and no more
 * tokens than its patches.
 */
import { asSide } from '../../lib/json-fields.ts';
import type { ModelConfig } from '../../lib/model-config.ts';
import type { Value } from '../autograd.ts';
import { add } from '../ops/elementwise.ts';
import { gelu } from '../ops/gelu.ts';
import { meanOfLast, swapTokensAndChannels } from '../ops/tokens.ts';
import type { ParamSpec } from '../params.ts';
import type {
  Backbone,
  BackboneFamily,
  Layers,
  NormSite,
  Shapes,
  Site,
  Stretch,
} from './contract.ts';
import {
  checked,
  refuseArchitectures,
  refuseParts,
  settingOf,
  shapeOf,
  unsupported,
  type Known,
} from './parts/refusals.ts';
import { blockStretch, stretch } from './parts/stretches.ts';

/** How its errors call it. */
const MIXER = 'Mixer';
const STEM = 'stem.proj';

interface MixerConfig {
  readonly imageSize: number;
  readonly patch: number;
  readonly tokens: number;
  readonly width: number;
  readonly depth: number;
  /** Features inside the MLPs over tokens and over channels. */
  readonly tokenHidden: number;
  readonly channelHidden: number;
}

function stretches({ patch, tokens, depth }: MixerConfig): Stretch[] {
  return [
    stretch('embedding', [STEM], (layers, images) => layers.patchEmbed(STEM, images, patch)), // [B, n, C]
    ...Array.from({ length: depth }, (_, i) =>
      blockStretch(`blocks.${i}`, (layers, x) => block(layers, `blocks.${i}`, x)),
    ),
    stretch('pooling', ['norm'], (layers, x) => meanOfLast(layers.norm('norm', x), tokens)), // [B, C]
    stretch('classifier', ['head'], (layers, x) => layers.head('head', x)),
  ];
}

function block(layers: Layers, name: string, x: Value): Value {
  const tokens = swapTokensAndChannels(layers.norm(`${name}.norm1`, x)); // [B, C, n]
  const y = add(x, swapTokensAndChannels(mlp(layers, `${name}.mlp_tokens`, tokens)));
  const mixed = mlp(layers, `${name}.mlp_channels`, layers.norm(`${name}.norm2`, y)); // [B, n, C]
  return add(y, layers.beside(`${name}.mlp_channels`, y, mixed));
}

function mlp(layers: Layers, name: string, x: Value): Value {
  return layers.linear(`${name}.fc2`, gelu(layers.linear(`${name}.fc1`, x)));
}

function sites(config: MixerConfig): Site[] {
  const { patch, tokens, width, depth, tokenHidden, channelHidden } = config;
  const embedding: Site = {
    ...layer(STEM, 'Patch embedding', 3, width),
    role: 'embedding',
    kernel: patch,
  };
  const blocks = Array.from({ length: depth }, (_, i): Site[] => {
    const [overTokens, overChannels] = [`blocks.${i}.mlp_tokens`, `blocks.${i}.mlp_channels`];
    const label = `Block ${i + 1}`;
    const mixing = mlpSites(overTokens, `${label} · token MLP`, tokens, tokenHidden, null);
    return [
      ...mixing.map((site) => ({ ...site, timesPerPosition: width / tokens })),
      ...mlpSites(overChannels, `${label} · channel MLP`, width, channelHidden, STEM),
    ];
  });
  return [embedding, ...blocks.flat()];
}

/** @param ends features that enter and leave it */
function mlpSites(
  name: string,
  label: string,
  ends: number,
  hidden: number,
  presynaptic: string | null,
): Site[] {
  const first = `${name}.fc1`;
  return [
    { ...layer(first, `${label} in`, ends, hidden), role: 'mlp-in', presynaptic },
    {
      ...layer(`${name}.fc2`, `${label} out`, hidden, ends),
      role: 'mlp-out',
      presynaptic: first,
    },
  ];
}

function layer(name: string, label: string, inputs: number, outputs: number): Omit<Site, 'role'> {
  return {
    name,
    label,
    kind: 'linear',
    layer: name,
    norm: null,
    inputs,
    outputs,
    kernel: 1,
    presynaptic: null,
    presynapticResized: null,
  };
}

function norms({ width, depth }: MixerConfig): NormSite[] {
  const inBlocks = Array.from({ length: depth }, (_, i) => [
    `blocks.${i}.norm1`,
    `blocks.${i}.norm2`,
  ]);
  return [...inBlocks.flat(), 'norm'].map((name) => ({ name, width }));
}

function params(config: MixerConfig): ParamSpec[] {
  const layers = sites(config).flatMap(({ name, role, inputs, outputs, kernel }): ParamSpec[] => {
    const shape = [outputs, inputs, ...(role === 'embedding' ? [kernel, kernel] : [])];
    return [
      { name: `${name}.weight`, shape, role: 'weight' },
      { name: `${name}.bias`, shape: [outputs], role: 'bias' },
    ];
  });
  const affines = norms(config).flatMap(({ name, width }): ParamSpec[] => [
    { name: `${name}.weight`, shape: [width], role: 'norm' },
    { name: `${name}.bias`, shape: [width], role: 'norm' },
  ]);
  return [...layers, ...affines];
}

/** What else timm's class MlpMixer builds. */
const unknownParts: Known = [
  [/\.linear_tokens\.|(^|\.)norm\d?\.(alpha|beta)$/, 'mixing without a hidden layer (ResMLP)'],
  [/\.mlp_channels\.gate\./, 'spatial gating (gMLP)'],
  [/^stem\.norm\./, 'a norm behind the patch embedding'],
];

function readMixer(shapes: Shapes, config: ModelConfig | null): MixerConfig {
  refuseParts(MIXER, shapes, unknownParts);
  refuseArchitectures(MIXER, config, [[/^gmixer/, 'gated MLPs']]);
  settingOf('act_layer', config?.modelArgs['act_layer'], ['gelu']);
  settingOf('global_pool', config?.modelArgs['global_pool'] ?? config?.globalPool, ['avg']);
  const [width = 0, , patch = 0] = shapeOf(MIXER, shapes, `${STEM}.weight`);
  const [tokenHidden, tokens] = mlpWidths(shapes, 'blocks.0.mlp_tokens');
  const [channelHidden] = mlpWidths(shapes, 'blocks.0.mlp_channels');
  let depth = 0;
  while (shapes.has(`blocks.${depth}.mlp_channels.fc1.weight`)) depth++;
  const imageSize = imageSizeOf(tokens, patch, config);
  return { imageSize, patch, tokens, width, depth, tokenHidden, channelHidden };
}

function mlpWidths(shapes: Shapes, name: string): readonly [hidden: number, ends: number] {
  const [hidden = 0, ends = 0] = shapeOf(MIXER, shapes, `${name}.fc1.weight`);
  const [, read = 0] = shapeOf(MIXER, shapes, `${name}.fc2.weight`);
  if (read === hidden) return [hidden, ends];
  throw unsupported(
    `A gated MLP is not supported yet: "${name}.fc1" makes ${hidden} features and "${name}.fc2" reads ${read}.`,
  );
}

/** Of the one size whose patches the token MLPs have weights for. */
function imageSizeOf(tokens: number, patch: number, config: ModelConfig | null): number {
  const grid = Math.sqrt(tokens);
  if (!Number.isInteger(grid)) {
    throw unsupported(`The patches of a Mixer must form a square; its token MLPs read ${tokens}.`);
  }
  const size = asSide(config?.modelArgs['img_size']) ?? config?.inputSize ?? grid * patch;
  if (Math.floor(size / patch) === grid) return size;
  throw unsupported(
    `A Mixer takes images of the one size it was trained at, ${grid * patch} px for these ${grid} × ${grid} patches; config.json says ${size} px.`,
  );
}

/** Under these names timm fixes [patch, blocks, width], and takes no other as arguments. */
const named: Readonly<Record<string, string>> = {
  '32, 8, 512': 'mixer_s32_224',
  '16, 8, 512': 'mixer_s16_224',
  '32, 12, 768': 'mixer_b32_224',
  '16, 12, 768': 'mixer_b16_224',
  '32, 24, 1024': 'mixer_l32_224',
  '16, 24, 1024': 'mixer_l16_224',
};

const sizes: Readonly<Record<number, string>> = { 512: 'S', 768: 'B', 1024: 'L' };

function build(config: MixerConfig): Backbone {
  const { imageSize, patch, width, depth } = config;
  const architecture = named[[patch, depth, width].join(', ')];
  // timm takes the whole part of width · ratio.
  const ratio = (hidden: number): number =>
    Math.floor(width * (hidden / width)) === hidden ? hidden / width : (hidden + 0.5) / width;
  return {
    family: 'mixer',
    label: `Mixer-${sizes[width] ?? width}/${patch}, ${depth} blocks`,
    architecture: architecture ?? 'mixer_b16_224',
    modelArgs: {
      img_size: imageSize,
      // No name of timm takes these: they are what its class MlpMixer is built with.
      ...(!architecture && { patch_size: patch, num_blocks: depth, embed_dim: width }),
      mlp_ratio: [ratio(config.tokenHidden), ratio(config.channelHidden)],
    },
    imageSize,
    heads: ['head'],
    firstConv: STEM,
    features: width,
    params: params(config),
    sites: sites(config),
    norms: norms(config),
    mlps: Array.from({ length: depth }, (_, i) => ({ name: `blocks.${i}.mlp_channels`, width })),
    tokens: null,
    normEpsilon: 1e-6,
    stretches: stretches(config),
    adopt: (weights) => weights,
  };
}

export const family = {
  name: 'mixer',
  recognises: (shapes) =>
    shapes.has('stem.proj.weight') && shapes.has('blocks.0.mlp_channels.fc1.weight'),
  infer: (shapes, config) => checked(MIXER, shapes, build(readMixer(shapes, config))),
} satisfies BackboneFamily;
