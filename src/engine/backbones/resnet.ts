/**
 * Residual network (He et al. 2016) in timm's and torchvision's names: a 7×7 stem, four
 * stages of basic or bottleneck blocks, global average pool. A bottleneck strides in its
 * 3×3 convolution, as both libraries do. Also as ResNet-C, -D and -T (He et al. 2019; timm):
 * three 3×3 convolutions as the stem, and shortcuts that pool before a 1×1 convolution.
 */
import type { Value } from '../autograd.ts';
import { add, relu } from '../ops/elementwise.ts';
import { averagePool, globalAveragePool, maxPool } from '../ops/pool.ts';
import type { ParamSpec } from '../params.ts';
import type { Backbone, BackboneFamily, Layers, Site, SiteRole, Stretch } from './contract.ts';
import { checked } from './parts/refusals.ts';
import { blockStretch, stretch } from './parts/stretches.ts';
import {
  readResnet,
  RESNET,
  resnetArguments,
  resnetVariant,
  type Block,
  type Conv,
  type ResnetConfig,
} from './parts/resnet-config.ts';

const padding = (conv: Conv): number => (conv.kernel - 1) / 2;

function stretches({ stem, blocks }: ResnetConfig): Stretch[] {
  const held = stem.flatMap(({ site, norm }) => [site, norm]);
  return [
    stretch('stem', held, (layers, images) => {
      const features = stem.reduce((x, conv) => relu(apply(layers, conv, x)), images);
      return maxPool(features, 3, 2, 1);
    }),
    ...blocks.map((block) => blockStretch(block.name, (layers, x) => residual(block, layers, x))),
    stretch('pooling', [], (_, x) => globalAveragePool(x)), // [B, C]
    stretch('classifier', ['fc'], (layers, x) => layers.head('fc', x)),
  ];
}

function apply(layers: Layers, conv: Conv, x: Value): Value {
  return layers.convNorm(conv.site, x, { stride: conv.stride, padding: padding(conv) });
}

function residual(block: Block, layers: Layers, input: Value): Value {
  let x = input;
  block.convs.forEach((conv, i) => {
    const y = apply(layers, conv, x);
    x = i < block.convs.length - 1 ? relu(y) : y;
  });
  return relu(add(x, shortcut(block, layers, input)));
}

function shortcut({ downsample }: Block, layers: Layers, input: Value): Value {
  if (!downsample) return input;
  return apply(layers, downsample.conv, downsample.pools ? averagePool(input) : input);
}

/**
 * A convolution reads what the one before it wrote, in the stem too; the first one and the
 * shortcut of a block read what the previous block's last one wrote.
 */
function sites(config: ResnetConfig): Site[] {
  const site = (conv: Conv, label: string, role: SiteRole, presynaptic: string | null): Site => ({
    name: conv.site,
    label,
    kind: 'conv',
    role,
    kernel: conv.kernel,
    layer: conv.site,
    norm: conv.norm,
    inputs: conv.inputs,
    outputs: conv.outputs,
    presynaptic,
    presynapticResized: null,
  });
  const list: Site[] = [];
  let previous: string | null = null;
  config.stem.forEach((conv, i) => {
    const label = config.stem.length > 1 ? `Stem · conv ${i + 1}` : 'Stem';
    list.push(site(conv, label, 'embedding', previous));
    previous = conv.site;
  });
  for (const block of config.blocks) {
    const incoming = previous;
    block.convs.forEach((conv, i) => {
      const role = i === 0 ? 'convolution' : 'inner-convolution';
      list.push(site(conv, `${block.label} · conv ${i + 1}`, role, previous));
      previous = conv.site;
    });
    if (block.downsample) {
      list.push(site(block.downsample.conv, `${block.label} · shortcut`, 'shortcut', incoming));
    }
  }
  return list;
}

function params(config: ResnetConfig): ParamSpec[] {
  const convs = [
    ...config.stem,
    ...config.blocks.flatMap((block) => [
      ...block.convs,
      ...(block.downsample ? [block.downsample.conv] : []),
    ]),
  ];
  return convs.flatMap(({ site, norm, inputs, outputs, kernel }): ParamSpec[] => [
    { name: `${site}.weight`, shape: [outputs, inputs, kernel, kernel], role: 'weight' },
    { name: `${norm}.weight`, shape: [outputs], role: 'norm' },
    { name: `${norm}.bias`, shape: [outputs], role: 'norm' },
    { name: `${norm}.running_mean`, shape: [outputs], role: 'statistic' },
    { name: `${norm}.running_var`, shape: [outputs], role: 'statistic' },
  ]);
}

function build(config: ResnetConfig): Backbone {
  const { bottleneck, depths, blocks, stem } = config;
  const convs = depths.reduce((sum, depth) => sum + depth * (bottleneck ? 3 : 2), 2);
  return {
    family: 'resnet',
    label: `ResNet-${convs}${resnetVariant(config)}`,
    // timm takes a class, not a name, for the kind of block; these two differ in nothing else.
    architecture: bottleneck ? 'resnet50' : 'resnet18',
    modelArgs: resnetArguments(config),
    imageSize: config.imageSize,
    heads: ['fc'],
    firstConv: stem[0]?.site ?? '',
    features: blocks.at(-1)?.convs.at(-1)?.outputs ?? 0,
    params: params(config),
    sites: sites(config),
    norms: [],
    mlps: [],
    tokens: null,
    normEpsilon: 1e-5,
    stretches: stretches(config),
    adopt: (weights) => weights,
  };
}

export const family = {
  name: 'resnet',
  recognises: (shapes) =>
    ['conv1.weight', 'conv1.0.weight'].some((name) => shapes.has(name)) &&
    shapes.has('layer1.0.conv1.weight'),
  infer: (shapes, config) => checked(RESNET, shapes, build(readResnet(shapes, config))),
} satisfies BackboneFamily;
