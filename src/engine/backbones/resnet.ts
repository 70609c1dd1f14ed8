/**
 * Residual network (He et al. 2016) in timm's and torchvision's names: a 7×7 stem, four
 * stages of basic or bottleneck blocks, global average pool. A bottleneck strides in its
 * 3×3 convolution, as both libraries do.
 */
import type { Tensor4D } from '@tensorflow/tfjs';
import type { ModelConfig } from '../../lib/model-config.ts';
import { Value } from '../autograd.ts';
import { EngineError } from '../errors.ts';
import { add, relu } from '../ops/elementwise.ts';
import { globalAveragePool, maxPool } from '../ops/pool.ts';
import type { ParamSpec } from '../params.ts';
import type { Backbone, BackboneFamily, Layers, Shapes, Site, SiteRole } from './contract.ts';

interface Conv {
  readonly site: string;
  readonly norm: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly kernel: number;
  readonly stride: number;
}

interface Block {
  readonly stage: number;
  readonly label: string;
  readonly convs: readonly Conv[];
  readonly downsample: Conv | null;
}

interface ResnetConfig {
  readonly imageSize: number;
  readonly bottleneck: boolean;
  readonly depths: readonly number[];
  readonly stem: Conv;
  readonly blocks: readonly Block[];
}

const padding = (conv: Conv): number => (conv.kernel - 1) / 2;

function forward(config: ResnetConfig, layers: Layers, images: Tensor4D): Value {
  const apply = (conv: Conv, x: Value): Value =>
    layers.convNorm(conv.site, x, { stride: conv.stride, padding: padding(conv) });
  let x = layers.scope(() => maxPool(relu(apply(config.stem, new Value(images))), 3, 2, 1));
  for (const block of config.blocks) {
    const before = x;
    x = layers.scope(() => residual(block, apply, before));
  }
  const last = x;
  return layers.scope(() => layers.head(globalAveragePool(last)));
}

function residual(block: Block, apply: (conv: Conv, x: Value) => Value, input: Value): Value {
  let x = input;
  block.convs.forEach((conv, i) => {
    const y = apply(conv, x);
    x = i < block.convs.length - 1 ? relu(y) : y;
  });
  return relu(add(x, block.downsample ? apply(block.downsample, input) : input));
}

/** The first convolution and the shortcut of a block read what the previous block's last one wrote. */
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
  const list = [site(config.stem, 'Stem', 'embedding', null)];
  let previous = config.stem.site;
  for (const block of config.blocks) {
    const incoming = previous;
    block.convs.forEach((conv, i) => {
      const role = i === 0 ? 'convolution' : 'inner-convolution';
      list.push(site(conv, `${block.label} · conv ${i + 1}`, role, previous));
      previous = conv.site;
    });
    if (block.downsample) {
      list.push(site(block.downsample, `${block.label} · shortcut`, 'shortcut', incoming));
    }
  }
  return list;
}

function params(config: ResnetConfig): ParamSpec[] {
  const convs = [
    config.stem,
    ...config.blocks.flatMap((block) => [
      ...block.convs,
      ...(block.downsample ? [block.downsample] : []),
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

const familiar =
  /^(conv1\.weight|bn1\.|fc\.|layer[1-4]\.\d+\.(conv[123]\.weight|bn[123]\.|downsample\.(0\.weight|1\.)))/;

function infer(shapes: Shapes, config: ModelConfig | null): Backbone {
  const stranger = [...shapes.keys()].find((name) => !familiar.test(name));
  if (stranger) {
    throw new EngineError(
      'unsupported-model',
      `This residual network has a part that is not supported yet: "${stranger}".`,
    );
  }
  const stem = convFrom(shapes, 'conv1', 'bn1', 2);
  const blocks: Block[] = [];
  const depths = [1, 2, 3, 4].map((stage) => {
    let index = 0;
    while (shapes.has(`layer${stage}.${index}.conv1.weight`)) {
      blocks.push(blockFrom(shapes, stage, index));
      index++;
    }
    return index;
  });
  const bottleneck = shapes.has('layer1.0.conv3.weight');
  const imageSize = config?.inputSize ?? 224;
  return build({ imageSize, bottleneck, depths, stem, blocks });
}

function blockFrom(shapes: Shapes, stage: number, index: number): Block {
  const name = `layer${stage}.${index}`;
  const stride = stage > 1 && index === 0 ? 2 : 1;
  const bottleneck = shapes.has(`${name}.conv3.weight`);
  const strides = bottleneck ? [1, stride, 1] : [stride, 1];
  const convs = strides.map((s, i) =>
    convFrom(shapes, `${name}.conv${i + 1}`, `${name}.bn${i + 1}`, s),
  );
  const downsample = shapes.has(`${name}.downsample.0.weight`)
    ? convFrom(shapes, `${name}.downsample.0`, `${name}.downsample.1`, stride)
    : null;
  return { stage, label: `Stage ${stage} · block ${index + 1}`, convs, downsample };
}

function convFrom(shapes: Shapes, site: string, norm: string, stride: number): Conv {
  const shape = shapes.get(`${site}.weight`);
  if (!shape) {
    throw new EngineError(
      'unsupported-model',
      `A residual network needs the tensor "${site}.weight"; the file has none.`,
    );
  }
  const [outputs = 0, inputs = 0, kernel = 0] = shape;
  return { site, norm, inputs, outputs, kernel, stride };
}

function build(config: ResnetConfig): Backbone {
  const convs = config.depths.reduce((sum, depth) => sum + depth * (config.bottleneck ? 3 : 2), 2);
  const last = config.blocks.at(-1)?.convs.at(-1);
  const stageWidths = [1, 2, 3, 4].map(
    (stage) => config.blocks.find((block) => block.stage === stage)?.convs[0]?.outputs ?? 0,
  );
  return {
    family: 'resnet',
    label: `ResNet-${convs}`,
    // timm takes a class, not a name, for the kind of block; these two differ in nothing else.
    architecture: config.bottleneck ? 'resnet50' : 'resnet18',
    modelArgs: { layers: config.depths, channels: stageWidths },
    imageSize: config.imageSize,
    headName: 'fc',
    firstConv: 'conv1',
    features: last?.outputs ?? 0,
    params: params(config),
    sites: sites(config),
    norms: [],
    mlps: [],
    tokens: null,
    normEpsilon: 1e-5,
    forward: (layers, images) => forward(config, layers, images),
    adopt: (weights) => weights,
  };
}

export const family = {
  name: 'resnet',
  recognises: (shapes) => shapes.has('conv1.weight') && shapes.has('layer1.0.conv1.weight'),
  infer,
} satisfies BackboneFamily;
