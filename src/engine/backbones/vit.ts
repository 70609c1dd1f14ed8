/**
 * Vision transformer (Dosovitskiy et al. 2021) in timm's names: patch embedding, tokens before
 * the patches, position embedding, pre-norm blocks, norm, head. Also as DeiT (Touvron et al.
 * 2021), whose distillation token has a head of its own, DINOv2 (Oquab et al. 2023; registers:
 * Darcet et al. 2023) and the image side of CLIP (Radford et al. 2021).
 */
import type { StateDict } from '../../lib/safetensors.ts';
import type { Value } from '../autograd.ts';
import { attention } from '../ops/attention.ts';
import { changeChannels } from '../ops/channels.ts';
import { add, affine } from '../ops/elementwise.ts';
import { gelu, quickGelu } from '../ops/gelu.ts';
import { addPosition, insertTokens, meanOfLast, takeToken } from '../ops/tokens.ts';
import type { ParamSpec } from '../params.ts';
import { resizePositions } from '../position-embedding.ts';
import type { Backbone, BackboneFamily, Layers, NormSite, Site, Stretch } from './contract.ts';
import { blockSites } from './parts/block-sites.ts';
import { checked } from './parts/refusals.ts';
import { blockStretch, stretch } from './parts/stretches.ts';
import {
  isDistilled,
  readVit,
  VIT,
  vitArchitecture,
  vitArguments,
  type VitConfig,
} from './parts/vit-config.ts';

function stretches(config: VitConfig): Stretch[] {
  const { depth, prefix, norm } = config;
  const embedding = [...prefix.map(({ name }) => name), 'pos_embed', 'patch_embed', 'norm_pre'];
  return [
    stretch('embedding', embedding, (layers, images) => embed(config, layers, images)), // [B, N, C]
    ...Array.from({ length: depth }, (_, i) =>
      blockStretch(`blocks.${i}`, (layers, x) => block(config, layers, i, x)),
    ),
    stretch('pooling', [norm], (layers, x) => pool(config, layers, x)),
    stretch('classifier', heads(config), (layers, x) => classify(config, layers, x)),
  ];
}

function embed({ patch, prefix, placed, preNorm }: VitConfig, layers: Layers, images: Value) {
  const withPrefix = (tokens: Value): Value =>
    prefix.reduceRight((x, { name }) => insertTokens(x, layers.value(name), 0), tokens);
  const patches = layers.patchEmbed('patch_embed', images, patch); // [B, n, C]
  const positions = layers.value('pos_embed');
  const x =
    placed > 0
      ? addPosition(withPrefix(patches), positions)
      : withPrefix(addPosition(patches, positions));
  return preNorm ? layers.norm('norm_pre', x) : x;
}

function block(config: VitConfig, layers: Layers, index: number, input: Value): Value {
  const name = `blocks.${index}`;
  const activate = config.activation === 'gelu' ? gelu : quickGelu;
  const scaled = (scale: string, y: Value): Value =>
    config.layerScale ? changeChannels(y, { scaleOut: layers.value(`${name}.${scale}.gamma`) }) : y;
  const x = layers.tokens(index, input); // [B, N, C]
  const qkv = layers.linear(`${name}.attn.qkv`, layers.norm(`${name}.norm1`, x)); // [B, N, 3C]
  const attended = layers.linear(`${name}.attn.proj`, attention(qkv, config.heads));
  const y = add(x, scaled('ls1', attended));
  const hidden = activate(layers.linear(`${name}.mlp.fc1`, layers.norm(`${name}.norm2`, y)));
  const mlp = layers.linear(`${name}.mlp.fc2`, hidden);
  return add(y, layers.beside(`${name}.mlp`, y, scaled('ls2', mlp)));
}

/** What the classifier reads, [B, C]; all tokens [B, N, C] where there are two classifiers. */
function pool(config: VitConfig, layers: Layers, x: Value): Value {
  const features = config.norm === 'norm' ? layers.norm('norm', x) : x; // [B, N, C]
  if (isDistilled(config)) return features;
  const pooled =
    config.pool === 'avg' ? meanOfLast(features, patchCount(config)) : takeToken(features, 0);
  return config.norm === 'norm' ? pooled : layers.norm('fc_norm', pooled);
}

/** A method's own tokens lie between the first token and the patches: what is not first is counted from the end. */
function classify(config: VitConfig, layers: Layers, x: Value): Value {
  if (!isDistilled(config)) return layers.head('head', x);
  const distilled = takeToken(x, (x.shape[1] ?? 0) - patchCount(config) - 1);
  const logits = layers.head('head', takeToken(x, 0));
  return affine(add(logits, layers.head('head_dist', distilled)), 0.5, 0);
}

const heads = (config: VitConfig): string[] =>
  isDistilled(config) ? ['head', 'head_dist'] : ['head'];

function sites({ width, hidden, depth, patch }: VitConfig): Site[] {
  const embedding: Site = {
    name: 'patch_embed',
    label: 'Patch embedding',
    kind: 'linear',
    role: 'embedding',
    layer: 'patch_embed.proj',
    norm: null,
    inputs: 3,
    outputs: width,
    kernel: patch,
    presynaptic: null,
    presynapticResized: null,
  };
  const blocks = Array.from({ length: depth }, (_, i) =>
    blockSites({
      name: `blocks.${i}`,
      label: `Block ${i + 1}`,
      width,
      hidden,
      presynaptic: 'patch_embed',
    }),
  );
  return [embedding, ...blocks.flat()];
}

function params(config: VitConfig): ParamSpec[] {
  const { width, depth, patch, prefix, placed } = config;
  const tokens = patchCount(config) + placed;
  const list: ParamSpec[] = [
    ...prefix.map(({ name, count }): ParamSpec => ({
      name,
      shape: [1, count, width],
      role: 'embedding',
    })),
    { name: 'pos_embed', shape: [1, tokens, width], role: 'embedding' },
    { name: 'patch_embed.proj.weight', shape: [width, 3, patch, patch], role: 'weight' },
  ];
  if (!config.preNorm) list.push({ name: 'patch_embed.proj.bias', shape: [width], role: 'bias' });
  for (const { name, role, inputs, outputs } of sites(config).slice(1)) {
    list.push({ name: `${name}.weight`, shape: [outputs, inputs], role: 'weight' });
    if (role === 'qkv' && !config.qkvBias) continue;
    list.push({ name: `${name}.bias`, shape: [outputs], role: 'bias' });
  }
  for (let i = 0; i < depth && config.layerScale; i++) {
    list.push({ name: `blocks.${i}.ls1.gamma`, shape: [width], role: 'weight' });
    list.push({ name: `blocks.${i}.ls2.gamma`, shape: [width], role: 'weight' });
  }
  for (const { name } of norms(config)) {
    list.push({ name: `${name}.weight`, shape: [width], role: 'norm' });
    list.push({ name: `${name}.bias`, shape: [width], role: 'norm' });
  }
  return list;
}

function norms({ width, depth, preNorm, norm }: VitConfig): NormSite[] {
  const inBlocks = Array.from({ length: depth }, (_, i) => [
    `blocks.${i}.norm1`,
    `blocks.${i}.norm2`,
  ]);
  return [...(preNorm ? ['norm_pre'] : []), ...inBlocks.flat(), norm].map((name) => ({
    name,
    width,
  }));
}

const gridSide = ({ imageSize, patch }: VitConfig): number => Math.floor(imageSize / patch);
const patchCount = (config: VitConfig): number => gridSide(config) ** 2;

const sizes: Readonly<Record<number, string>> = {
  192: 'Tiny',
  384: 'Small',
  768: 'Base',
  1024: 'Large',
  1280: 'Huge',
};

function build(config: VitConfig): Backbone {
  const { imageSize, patch, width, depth, prefix } = config;
  const before = prefix.reduce((sum, { count }) => sum + count, 0);
  return {
    family: 'vit',
    label: `ViT-${sizes[width] ?? width}/${patch}, ${depth} blocks`,
    architecture: vitArchitecture(config),
    modelArgs: vitArguments(config),
    imageSize,
    heads: heads(config),
    firstConv: 'patch_embed.proj',
    features: width,
    params: params(config),
    sites: sites(config),
    norms: norms(config),
    mlps: Array.from({ length: depth }, (_, i) => ({ name: `blocks.${i}.mlp`, width })),
    tokens: { blocks: depth, width, prefix: before, patches: patchCount(config), patchSide: patch },
    // timm's CLIP models keep PyTorch's epsilon, all others have their paper's.
    normEpsilon: config.preNorm ? 1e-5 : 1e-6,
    stretches: stretches(config),
    adopt: (weights) => adopt(config, weights),
  };
}

function adopt(config: VitConfig, weights: StateDict): StateDict {
  const positions = weights.get('pos_embed');
  if (!positions) return weights;
  const resized = resizePositions(positions, config.placed, gridSide(config));
  return new Map(weights).set('pos_embed', resized);
}

export const family = {
  name: 'vit',
  recognises: (shapes) =>
    shapes.has('patch_embed.proj.weight') && shapes.has('blocks.0.attn.qkv.weight'),
  infer: (shapes, config) => checked(VIT, shapes, build(readVit(shapes, config)), ['pos_embed']),
} satisfies BackboneFamily;
