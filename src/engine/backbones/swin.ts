/**
 * Swin transformer, its first version (Liu et al. 2021), in the names of timm since 0.9: patch
 * embedding and a norm, stages of blocks that attend within windows, every second block's windows
 * shifted; between stages four neighbours merge into one position. Then norm, mean, head.
 *
 * SAN was published for one stream of tokens, where every block's attention input reads the patch
 * embedding: the layer that made the features all blocks add to. Here every stage has a stream of
 * its own, made by its `downsample.reduction` (the patch embedding in the first). So γ_in of a
 * stage's `attn.qkv` is the scale of the layer that made its stream, and so is that of the next
 * stage's reduction, which reads the same stream: once for each of the four positions it merges.
 * Inside a block everything is as in a ViT.
 *
 * The table of relative positions is an embedding: full fine-tuning trains it, BitFit does not.
 */
import type { ModelConfig } from '../../lib/model-config.ts';
import type { Value } from '../autograd.ts';
import { attention } from '../ops/attention.ts';
import { add } from '../ops/elementwise.ts';
import { gelu } from '../ops/gelu.ts';
import { mergePatches } from '../ops/merge-patches.ts';
import { globalAveragePool } from '../ops/pool.ts';
import { relativePositionBias } from '../ops/relative-position-bias.ts';
import { fromWindows, toWindows } from '../ops/windows.ts';
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
import { blockSites } from './parts/block-sites.ts';
import { checked } from './parts/refusals.ts';
import { blockStretch, stretch } from './parts/stretches.ts';
import { buffer, readSwin, SWIN, TABLE, type Block, type SwinConfig } from './parts/swin-config.ts';

function stretches({ stages }: SwinConfig): Stretch[] {
  return [
    stretch('embedding', ['patch_embed'], (layers, images) =>
      layers.norm('patch_embed.norm', layers.patchConv('patch_embed', images)),
    ), // [B, H, W, C]
    ...stages.flatMap(({ downsample, blocks }) => [
      ...(downsample ? [reduction(downsample)] : []),
      ...blocks.map((each) => blockStretch(each.name, (layers, x) => block(each, layers, x))),
    ]),
    stretch('pooling', ['norm'], (layers, x) => globalAveragePool(layers.norm('norm', x))), // [B, C]
    stretch('classifier', ['head.fc'], (layers, x) => layers.head('head.fc', x)),
  ];
}

const reduction = (name: string): Stretch =>
  stretch(name, [name], (layers, x) => {
    const merged = layers.norm(`${name}.norm`, mergePatches(x)); // [B, H/2, W/2, 4C]
    return layers.linear(`${name}.reduction`, merged); // [B, H/2, W/2, 2C]
  });

function block(config: Block, layers: Layers, x: Value): Value {
  const { name } = config;
  const y = add(x, windowAttention(config, layers, layers.norm(`${name}.norm1`, x)));
  const hidden = gelu(layers.linear(`${name}.mlp.fc1`, layers.norm(`${name}.norm2`, y)));
  const mlp = layers.linear(`${name}.mlp.fc2`, hidden);
  return add(y, layers.beside(`${name}.mlp`, y, mlp));
}

function windowAttention(config: Block, layers: Layers, x: Value): Value {
  const { name, window, shift, heads } = config;
  const [, rows = 0, columns = 0] = x.shape;
  const grid = { positions: [rows, columns], window, shift } as const;
  const qkv = layers.linear(`${name}.attn.qkv`, toWindows(x, grid)); // [B·windows, w², 3C]
  const table = layers.value(`${name}.${TABLE}`);
  const attended = attention(qkv, heads, relativePositionBias(table, grid));
  return layers.linear(`${name}.attn.proj`, fromWindows(attended, grid)); // [B, H, W, C]
}

function sites({ patch, stages }: SwinConfig): Site[] {
  let stream = 'patch_embed'; // the layer that made what a stage's blocks add to
  const layer = { norm: null, presynaptic: null, presynapticResized: null };
  const list: Site[] = [
    {
      ...layer,
      name: stream,
      label: 'Patch embedding',
      kind: 'conv',
      role: 'embedding',
      layer: 'patch_embed.proj',
      inputs: 3,
      outputs: stages[0]?.width ?? 0,
      kernel: patch,
    },
  ];
  for (const { label, width, hidden, downsample, blocks } of stages) {
    if (downsample) {
      const name = `${downsample}.reduction`;
      list.push({
        ...layer,
        name,
        label: `${label} · merging`,
        kind: 'linear',
        role: 'reduction',
        layer: name,
        inputs: 2 * width,
        outputs: width,
        kernel: 1,
        presynaptic: stream,
      });
      stream = name;
    }
    for (const { name, label: own } of blocks) {
      list.push(...blockSites({ name, label: own, width, hidden, presynaptic: stream }));
    }
  }
  return list;
}

function norms({ stages }: SwinConfig): NormSite[] {
  const embedding = { name: 'patch_embed.norm', width: stages[0]?.width ?? 0 };
  const inStages = stages.flatMap(({ width, downsample, blocks }) => [
    ...(downsample ? [{ name: `${downsample}.norm`, width: 2 * width }] : []),
    ...blocks.flatMap(({ name }) => [
      { name: `${name}.norm1`, width },
      { name: `${name}.norm2`, width },
    ]),
  ]);
  return [embedding, ...inStages, { name: 'norm', width: stages.at(-1)?.width ?? 0 }];
}

function params(config: SwinConfig): ParamSpec[] {
  const layers = sites(config).flatMap(({ layer, role, inputs, outputs, kernel }): ParamSpec[] => {
    const shape = [outputs, inputs, ...(role === 'embedding' ? [kernel, kernel] : [])];
    const weight: ParamSpec = { name: `${layer}.weight`, shape, role: 'weight' };
    if (role === 'reduction') return [weight];
    return [weight, { name: `${layer}.bias`, shape: [outputs], role: 'bias' }];
  });
  const affines = norms(config).flatMap(({ name, width }): ParamSpec[] => [
    { name: `${name}.weight`, shape: [width], role: 'norm' },
    { name: `${name}.bias`, shape: [width], role: 'norm' },
  ]);
  const tables = config.stages.flatMap(({ blocks }) =>
    blocks.map(({ name, window, heads }): ParamSpec => ({
      name: `${name}.${TABLE}`,
      shape: [(2 * window - 1) ** 2, heads],
      role: 'embedding',
    })),
  );
  return [...layers, ...affines, ...tables];
}

const sizes: Readonly<Record<string, string>> = {
  '96 × 12': 'Tiny',
  '96 × 24': 'Small',
  '128 × 24': 'Base',
  '192 × 24': 'Large',
};

function infer(shapes: Shapes, modelConfig: ModelConfig | null): Backbone {
  const config = readSwin(shapes, modelConfig);
  const { imageSize, patch, stages } = config;
  const blocks = stages.flatMap((stage) => stage.blocks);
  const width = stages[0]?.width ?? 0;
  const size = sizes[`${width} × ${blocks.length}`];
  const tensors = new Map([...shapes].filter(([name]) => !buffer.test(name)));
  return checked(SWIN, tensors, {
    family: 'swin',
    label: size ? `Swin-${size}` : `Swin-${width}, ${blocks.length} blocks`,
    architecture: 'swin_tiny_patch4_window7_224',
    modelArgs: {
      img_size: imageSize,
      patch_size: patch,
      // In pairs: timm would take two numbers for the sides of one window.
      window_size: stages.map(({ blocks: [first] }) => [first?.window, first?.window]),
      embed_dim: width,
      depths: stages.map((stage) => stage.blocks.length),
      num_heads: stages.map(({ blocks: [first] }) => first?.heads),
      mlp_ratio: (stages[0]?.hidden ?? 0) / width,
    },
    imageSize,
    heads: ['head.fc'],
    firstConv: 'patch_embed.proj',
    features: stages.at(-1)?.width ?? 0,
    params: params(config),
    sites: sites(config),
    norms: norms(config),
    mlps: stages.flatMap((stage) =>
      stage.blocks.map(({ name }) => ({ name: `${name}.mlp`, width: stage.width })),
    ),
    tokens: null,
    normEpsilon: 1e-5,
    stretches: stretches(config),
    adopt: (weights) => new Map([...weights].filter(([name]) => !buffer.test(name))),
  });
}

export const family = {
  name: 'swin',
  recognises: (shapes) => shapes.has('layers.0.blocks.0.attn.qkv.weight'),
  infer,
} satisfies BackboneFamily;
