/**
 * Vision transformer (Dosovitskiy et al. 2021; DeiT: Touvron et al. 2021) in timm's names:
 * patch embedding, class token, position embedding, pre-norm blocks, norm, head.
 */
import type { Tensor4D } from '@tensorflow/tfjs';
import type { ModelConfig } from '../../lib/model-config.ts';
import type { StateDict } from '../../lib/safetensors.ts';
import type { Value } from '../autograd.ts';
import { EngineError } from '../errors.ts';
import { attention } from '../ops/attention.ts';
import { add } from '../ops/elementwise.ts';
import { gelu } from '../ops/gelu.ts';
import { addPosition, insertTokens, takeToken } from '../ops/tokens.ts';
import type { ParamSpec } from '../params.ts';
import type {
  Backbone,
  BackboneFamily,
  Layers,
  NormSite,
  Shapes,
  Site,
  SiteRole,
} from './contract.ts';
import { resizePositions } from '../position-embedding.ts';

interface VitConfig {
  readonly imageSize: number;
  readonly patch: number;
  readonly width: number;
  readonly depth: number;
  readonly heads: number;
  readonly hidden: number;
}

function forward(config: VitConfig, layers: Layers, images: Tensor4D): Value {
  let x = layers.scope(() => {
    const tokens = layers.patchEmbed('patch_embed', images, config.patch); // [B, n, C]
    return addPosition(
      insertTokens(tokens, layers.value('cls_token'), 0),
      layers.value('pos_embed'),
    );
  }); // [B, 1 + n, C]
  for (let i = 0; i < config.depth; i++) {
    const before = x;
    x = layers.scope(() => block(config, layers, i, before));
  }
  const last = x;
  return layers.scope(() => layers.head(takeToken(layers.norm('norm', last), 0)));
}

function block(config: VitConfig, layers: Layers, index: number, input: Value): Value {
  const name = `blocks.${index}`;
  const x = layers.tokens(index, input); // [B, N, C]
  const qkv = layers.linear(`${name}.attn.qkv`, layers.norm(`${name}.norm1`, x)); // [B, N, 3C]
  const attended = layers.linear(`${name}.attn.proj`, attention(qkv, config.heads));
  const y = add(x, attended);
  const hidden = gelu(layers.linear(`${name}.mlp.fc1`, layers.norm(`${name}.norm2`, y)));
  const mlp = layers.linear(`${name}.mlp.fc2`, hidden);
  return add(y, layers.beside(`${name}.mlp`, y, mlp));
}

function sites(config: VitConfig): Site[] {
  const { width, hidden, depth, patch } = config;
  const inBlock = {
    kind: 'linear',
    norm: null,
    kernel: 1,
    presynaptic: null,
    presynapticResized: null,
  } as const;
  const list: Site[] = [
    {
      ...inBlock,
      name: 'patch_embed',
      label: 'Patch embedding',
      role: 'embedding',
      layer: 'patch_embed.proj',
      inputs: 3,
      outputs: width,
      kernel: patch,
    },
  ];
  for (let i = 0; i < depth; i++) {
    const name = (part: string): string => `blocks.${i}.${part}`;
    const site = (
      part: string,
      label: string,
      role: SiteRole,
      inputs: number,
      outputs: number,
    ) => ({
      ...inBlock,
      name: name(part),
      label: `Block ${i + 1} · ${label}`,
      layer: name(part),
      role,
      inputs,
      outputs,
    });
    list.push(
      { ...site('attn.qkv', 'attention in', 'qkv', width, 3 * width), presynaptic: 'patch_embed' },
      {
        ...site('attn.proj', 'attention out', 'projection', width, width),
        presynapticResized: name('attn.qkv'),
      },
      { ...site('mlp.fc1', 'MLP in', 'mlp-in', width, hidden), presynaptic: name('attn.proj') },
      { ...site('mlp.fc2', 'MLP out', 'mlp-out', hidden, width), presynaptic: name('mlp.fc1') },
    );
  }
  return list;
}

function params(config: VitConfig): ParamSpec[] {
  const { width, patch } = config;
  const tokens = patchCount(config) + 1;
  const list: ParamSpec[] = [
    { name: 'cls_token', shape: [1, 1, width], role: 'embedding' },
    { name: 'pos_embed', shape: [1, tokens, width], role: 'embedding' },
    { name: 'patch_embed.proj.weight', shape: [width, 3, patch, patch], role: 'weight' },
    { name: 'patch_embed.proj.bias', shape: [width], role: 'bias' },
  ];
  for (const site of sites(config).slice(1)) {
    list.push({ name: `${site.name}.weight`, shape: [site.outputs, site.inputs], role: 'weight' });
    list.push({ name: `${site.name}.bias`, shape: [site.outputs], role: 'bias' });
  }
  for (const { name } of norms(config)) {
    list.push({ name: `${name}.weight`, shape: [width], role: 'norm' });
    list.push({ name: `${name}.bias`, shape: [width], role: 'norm' });
  }
  return list;
}

function norms({ width, depth }: VitConfig): NormSite[] {
  const inBlocks = Array.from({ length: depth }, (_, i) => [
    `blocks.${i}.norm1`,
    `blocks.${i}.norm2`,
  ]);
  return [...inBlocks.flat(), 'norm'].map((name) => ({ name, width }));
}

const patchCount = ({ imageSize, patch }: VitConfig): number => Math.floor(imageSize / patch) ** 2;

const familiar =
  /^(cls_token|pos_embed|patch_embed\.proj|norm\.|head\.|blocks\.\d+\.(norm1|norm2|attn\.(qkv|proj)|mlp\.fc[12])\.(weight|bias))/;

function infer(shapes: Shapes, config: ModelConfig | null): Backbone {
  const stranger = [...shapes.keys()].find((name) => !familiar.test(name));
  if (stranger) {
    throw new EngineError(
      'unsupported-model',
      `This vision transformer has a part that is not supported yet: "${stranger}".`,
    );
  }
  const [width = 0, , patch = 0] = shape(shapes, 'patch_embed.proj.weight');
  const [, positions = 1] = shape(shapes, 'pos_embed');
  const [hidden = 0] = shape(shapes, 'blocks.0.mlp.fc1.weight');
  shape(shapes, 'cls_token');
  let depth = 0;
  while (shapes.has(`blocks.${depth}.attn.qkv.weight`)) depth++;
  const grid = Math.sqrt(positions - 1);
  if (!Number.isInteger(grid)) {
    throw new EngineError(
      'unsupported-model',
      `The position embedding must hold one class token and a square grid; got ${positions} positions.`,
    );
  }
  const imageSize = numberFrom(config?.modelArgs['img_size']) ?? config?.inputSize ?? grid * patch;
  const heads = numberFrom(config?.modelArgs['num_heads']) ?? headsOf(width);
  if (width % heads !== 0) {
    throw new EngineError(
      'unsupported-model',
      `The width must divide into heads; got ${width} and ${heads} heads.`,
    );
  }
  return build({ imageSize, patch, width, depth, heads, hidden });
}

/** timm's vision transformers use 64 channels a head; small ones that cannot use three heads. */
function headsOf(width: number): number {
  return width % 64 === 0 ? width / 64 : 3;
}

function numberFrom(value: unknown): number | null {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : null;
}

function shape(shapes: Shapes, name: string): readonly number[] {
  const found = shapes.get(name);
  if (found) return found;
  throw new EngineError(
    'unsupported-model',
    `A vision transformer needs the tensor "${name}"; the file has none.`,
  );
}

const sizes: Readonly<Record<number, string>> = {
  192: 'Tiny',
  384: 'Small',
  768: 'Base',
  1024: 'Large',
};

function build(config: VitConfig): Backbone {
  const { imageSize, patch, width, depth, heads, hidden } = config;
  const size = sizes[width] ?? `${width}`;
  const specs = params(config);
  return {
    family: 'vit',
    label: `ViT-${size}/${patch}, ${depth} blocks`,
    architecture: 'vit_tiny_patch16_224',
    modelArgs: {
      img_size: imageSize,
      patch_size: patch,
      embed_dim: width,
      depth,
      num_heads: heads,
      mlp_ratio: hidden / width,
    },
    imageSize,
    headName: 'head',
    firstConv: 'patch_embed.proj',
    features: width,
    params: specs,
    sites: sites(config),
    norms: norms(config),
    mlps: Array.from({ length: depth }, (_, i) => ({ name: `blocks.${i}.mlp`, width })),
    tokens: { blocks: depth, width, prefix: 1, patches: patchCount(config) },
    normEpsilon: 1e-6,
    forward: (layers, images) => forward(config, layers, images),
    adopt: (weights) => adopt(config, weights),
  };
}

function adopt(config: VitConfig, weights: StateDict): StateDict {
  const positions = weights.get('pos_embed');
  if (!positions) return weights;
  const side = Math.floor(config.imageSize / config.patch);
  return new Map(weights).set('pos_embed', resizePositions(positions, side));
}

export const family = {
  name: 'vit',
  recognises: (shapes) =>
    shapes.has('patch_embed.proj.weight') && shapes.has('blocks.0.attn.qkv.weight'),
  infer,
} satisfies BackboneFamily;
