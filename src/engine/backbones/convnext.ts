/**
 * ConvNeXt, its first version (Liu et al. 2022), in timm's names: patches and a norm, four stages
 * of blocks with a depthwise convolution and an MLP, global average pool, norm, head. The small
 * ones keep their MLP's weights as 1×1 kernels, which is the same layer.
 */
import type { ModelConfig } from '../../lib/model-config.ts';
import type { Value } from '../autograd.ts';
import { changeChannels } from '../ops/channels.ts';
import { add } from '../ops/elementwise.ts';
import { gelu } from '../ops/gelu.ts';
import { globalAveragePool } from '../ops/pool.ts';
import type { ParamSpec } from '../params.ts';
import type { Backbone, BackboneFamily, Layers, Shapes, Site, Stretch } from './contract.ts';
import { checked, shapeOf, unsupported } from './parts/refusals.ts';
import { blockStretch, stretch } from './parts/stretches.ts';

/** How its errors call it. */
const CONVNEXT = 'ConvNeXt';

interface Block {
  readonly name: string;
  readonly label: string;
  readonly width: number;
  readonly hidden: number;
  /** Side of the depthwise kernel. */
  readonly kernel: number;
  /** Has a tensor that scales its output before it joins the stream. */
  readonly layerScale: boolean;
}

/** A norm and a convolution over patches. */
interface Patches {
  readonly name: string;
  readonly label: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly kernel: number;
}

interface Stage {
  /** Absent where the stage goes on with what it gets. */
  readonly downsample: Patches | null;
  readonly blocks: readonly Block[];
}

interface ConvnextConfig {
  readonly imageSize: number;
  readonly stem: Patches;
  readonly stages: readonly Stage[];
}

function stretches({ stages }: ConvnextConfig): Stretch[] {
  return [
    stretch('stem', ['stem'], (layers, images) =>
      layers.norm('stem.1', layers.patchConv('stem.0', images)),
    ), // [B, H, W, C]
    ...stages.flatMap(({ downsample, blocks }) => [
      ...(downsample ? [reduction(downsample.name)] : []),
      ...blocks.map((each) => blockStretch(each.name, (layers, x) => block(each, layers, x))),
    ]),
    stretch('pooling', ['head.norm'], (layers, x) =>
      layers.norm('head.norm', globalAveragePool(x)),
    ), // [B, C]
    stretch('classifier', ['head.fc'], (layers, x) => layers.head('head.fc', x)),
  ];
}

const reduction = (name: string): Stretch =>
  stretch(name, [name], (layers, x) => layers.patchConv(`${name}.1`, layers.norm(`${name}.0`, x)));

function block({ name, layerScale }: Block, layers: Layers, x: Value): Value {
  const spatial = layers.depthwise(`${name}.conv_dw`, x); // [B, H, W, C]
  const hidden = gelu(layers.linear(`${name}.mlp.fc1`, layers.norm(`${name}.norm`, spatial)));
  const mlp = layers.linear(`${name}.mlp.fc2`, hidden);
  const gamma = layerScale ? layers.value(`${name}.gamma`) : undefined;
  return add(x, layers.beside(`${name}.mlp`, x, changeChannels(mlp, { scaleOut: gamma })));
}

/** One chain: every site reads what the one before it wrote. */
function sites({ stem, stages }: ConvnextConfig): Site[] {
  const chain = [
    patchSite(stem, 0, 'embedding'),
    ...stages.flatMap(({ downsample, blocks }) => [
      ...(downsample ? [patchSite(downsample, 1, 'reduction')] : []),
      ...blocks.flatMap(blockSites),
    ]),
  ];
  return chain.map((site, i) => ({
    ...site,
    layer: site.name,
    norm: null,
    presynaptic: chain[i - 1]?.name ?? null,
    presynapticResized: null,
  }));
}

type Link = Omit<Site, 'layer' | 'norm' | 'presynaptic' | 'presynapticResized'>;

function patchSite({ name, ...patches }: Patches, index: number, role: Site['role']): Link {
  return { ...patches, name: `${name}.${index}`, kind: 'conv', role };
}

function blockSites({ name, label, width, hidden, kernel }: Block): Link[] {
  const at = (part: string, what: string): Pick<Link, 'name' | 'label'> => ({
    name: `${name}.${part}`,
    label: `${label} · ${what}`,
  });
  const linear = { kind: 'linear', kernel: 1 } as const;
  const depthwise = { kind: 'depthwise', role: 'depthwise', kernel } as const;
  return [
    { ...at('conv_dw', 'depthwise'), ...depthwise, inputs: width, outputs: width },
    { ...at('mlp.fc1', 'MLP in'), ...linear, role: 'mlp-in', inputs: width, outputs: hidden },
    { ...at('mlp.fc2', 'MLP out'), ...linear, role: 'mlp-out', inputs: hidden, outputs: width },
  ];
}

/** All tensors but the classifier's, in the shapes the file has them in. */
function params(config: ConvnextConfig, shapes: Shapes): ParamSpec[] {
  const blocks = config.stages.flatMap((stage) => stage.blocks);
  const downsamples = config.stages.flatMap(({ downsample }) => downsample ?? []);
  const norms = [
    'stem.1',
    ...downsamples.map(({ name }) => `${name}.0`),
    ...blocks.map(({ name }) => `${name}.norm`),
    'head.norm',
  ];
  const spec = (name: string, role: ParamSpec['role']): ParamSpec => ({
    name,
    shape: shapeOf(CONVNEXT, shapes, name),
    role,
  });
  return [
    ...sites(config).flatMap(({ name }) => [
      spec(`${name}.weight`, 'weight'),
      spec(`${name}.bias`, 'bias'),
    ]),
    ...norms.flatMap((name) => [spec(`${name}.weight`, 'norm'), spec(`${name}.bias`, 'norm')]),
    ...blocks.flatMap(({ name, layerScale }) =>
      layerScale ? [spec(`${name}.gamma`, 'weight')] : [],
    ),
  ];
}

function infer(shapes: Shapes, config: ModelConfig | null): Backbone {
  const stem = patchesFrom(shapes, 'stem', 0, 'Stem');
  const stages = [0, 1, 2, 3].map((index) => stageFrom(shapes, index));
  const imageSize = config?.inputSize ?? 224;
  return checked(CONVNEXT, shapes, build({ imageSize, stem, stages }, shapes));
}

function stageFrom(shapes: Shapes, index: number): Stage {
  const name = `stages.${index}`;
  const label = `Stage ${index + 1}`;
  const blocks = [blockFrom(shapes, `${name}.blocks.0`, `${label} · block 1`)];
  for (let i = 1; shapes.has(`${name}.blocks.${i}.conv_dw.weight`); i++) {
    blocks.push(blockFrom(shapes, `${name}.blocks.${i}`, `${label} · block ${i + 1}`));
  }
  const downsample = shapes.has(`${name}.downsample.1.weight`)
    ? patchesFrom(shapes, `${name}.downsample`, 1, `${label} · downsampling`)
    : null;
  return { downsample, blocks };
}

function blockFrom(shapes: Shapes, name: string, label: string): Block {
  const [width = 0, , kernel = 0] = shapeOf(CONVNEXT, shapes, `${name}.conv_dw.weight`);
  const [hidden = 0] = shapeOf(CONVNEXT, shapes, `${name}.mlp.fc1.weight`);
  if (kernel % 2 === 0) {
    throw unsupported(
      `A depthwise kernel has a middle, so its side must be odd; "${name}.conv_dw.weight" has ${kernel}.`,
    );
  }
  return { name, label, width, hidden, kernel, layerScale: shapes.has(`${name}.gamma`) };
}

function patchesFrom(shapes: Shapes, name: string, index: number, label: string): Patches {
  const [outputs = 0, inputs = 0, kernel = 0] = shapeOf(
    CONVNEXT,
    shapes,
    `${name}.${index}.weight`,
  );
  return { name, label, inputs, outputs, kernel };
}

const sizes: Readonly<Record<string, string>> = {
  '40 × 12': 'Atto',
  '48 × 12': 'Femto',
  '64 × 12': 'Pico',
  '80 × 14': 'Nano',
  '96 × 18': 'Tiny',
  '96 × 36': 'Small',
  '128 × 36': 'Base',
  '192 × 36': 'Large',
  '256 × 36': 'XLarge',
};

function build(config: ConvnextConfig, shapes: Shapes): Backbone {
  const { stem, stages, imageSize } = config;
  const blocks = stages.flatMap((stage) => stage.blocks);
  const widths = stages.map((stage) => stage.blocks[0]?.width ?? 0);
  const size = sizes[`${stem.outputs} × ${blocks.length}`];
  return {
    family: 'convnext',
    label: size ? `ConvNeXt-${size}` : `ConvNeXt-${stem.outputs}, ${blocks.length} blocks`,
    architecture: 'convnext_tiny',
    modelArgs: {
      depths: stages.map((stage) => stage.blocks.length),
      dims: widths,
      kernel_sizes: stages.map((stage) => stage.blocks[0]?.kernel ?? 0),
      patch_size: stem.kernel,
      conv_mlp: shapeOf(CONVNEXT, shapes, `${blocks[0]?.name ?? ''}.mlp.fc1.weight`).length === 4,
      ...(!blocks[0]?.layerScale && { ls_init_value: null }),
    },
    imageSize,
    heads: ['head.fc'],
    firstConv: 'stem.0',
    features: widths.at(-1) ?? 0,
    params: params(config, shapes),
    sites: sites(config),
    norms: [],
    mlps: blocks.map(({ name, width }) => ({ name: `${name}.mlp`, width })),
    tokens: null,
    normEpsilon: 1e-6,
    stretches: stretches(config),
    adopt: (weights) => weights,
  };
}

export const family = {
  name: 'convnext',
  recognises: (shapes) =>
    shapes.has('stem.0.weight') && shapes.has('stages.0.blocks.0.conv_dw.weight'),
  infer,
} satisfies BackboneFamily;
