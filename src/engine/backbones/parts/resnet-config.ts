/** What a residual network is: read from its tensors and config.json, and told to timm. */
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

export interface Conv {
  readonly site: string;
  readonly norm: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly kernel: number;
  readonly stride: number;
}

export interface Block {
  readonly name: string;
  readonly stage: number;
  readonly label: string;
  readonly convs: readonly Conv[];
  readonly downsample: Downsample | null;
}

/** A block's shortcut where its shape changes; with `pools` averages stride, not the convolution. */
interface Downsample {
  readonly conv: Conv;
  readonly pools: boolean;
}

/** A residual network as timm has them. */
export interface ResnetConfig {
  readonly imageSize: number;
  readonly bottleneck: boolean;
  readonly depths: readonly number[];
  /** One convolution, or three. */
  readonly stem: readonly Conv[];
  readonly blocks: readonly Block[];
}

/** How its errors call it. */
export const RESNET = 'residual network';

/** Parts of timm's other residual networks. */
const unknownParts: Known = [
  [/\.conv2\.(fc|bn|conv|radix)/, 'split or selective kernels'],
  [/\.se\./, 'attention over channels (SE, ECA)'],
  [/(^|\.)aa\./, 'anti-aliasing'],
  [/^maxpool\./, 'a stem that pools with a convolution'],
];

/** Anti-aliasing has no tensors. */
const unknownArchitectures: Known = [[/resnet(aa|blur)/, 'anti-aliasing']];

/**
 * Reads the network from its tensors; config.json settles what they leave open.
 * @throws EngineError "unsupported-model" with the part that is not supported.
 */
export function readResnet(shapes: Shapes, config: ModelConfig | null): ResnetConfig {
  refuseParts(RESNET, shapes, unknownParts);
  refuseArchitectures(RESNET, config, unknownArchitectures);
  const args = config?.modelArgs ?? {};
  settingOf('global_pool', args['global_pool'] ?? config?.globalPool, ['avg']);
  settingOf('act_layer', args['act_layer'], ['relu']);
  settingOf('output_stride', args['output_stride'], [32]);
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
  const stem = stemFrom(shapes);
  return { imageSize, bottleneck, depths, stem, blocks };
}

function stemFrom(shapes: Shapes): Conv[] {
  if (shapes.has('conv1.weight')) return [convFrom(shapes, 'conv1', 'bn1', 2)];
  return [
    convFrom(shapes, 'conv1.0', 'conv1.1', 2),
    convFrom(shapes, 'conv1.3', 'conv1.4', 1),
    convFrom(shapes, 'conv1.6', 'bn1', 1),
  ];
}

function blockFrom(shapes: Shapes, stage: number, index: number): Block {
  const name = `layer${stage}.${index}`;
  const stride = stage > 1 && index === 0 ? 2 : 1;
  const bottleneck = shapes.has(`${name}.conv3.weight`);
  const strides = bottleneck ? [1, stride, 1] : [stride, 1];
  const convs = strides.map((s, i) =>
    convFrom(shapes, `${name}.conv${i + 1}`, `${name}.bn${i + 1}`, s),
  );
  refuseGroups(convs);
  const downsample = downsampleFrom(shapes, `${name}.downsample`, stride);
  return { name, stage, label: `Stage ${stage} · block ${index + 1}`, convs, downsample };
}

/** The pool that strides before the convolution has no tensors, but the next number. */
function downsampleFrom(shapes: Shapes, name: string, stride: number): Downsample | null {
  if (shapes.has(`${name}.0.weight`)) {
    return { conv: convFrom(shapes, `${name}.0`, `${name}.1`, stride), pools: false };
  }
  if (!shapes.has(`${name}.1.weight`)) return null;
  return { conv: convFrom(shapes, `${name}.1`, `${name}.2`, 1), pools: stride > 1 };
}

function refuseGroups(convs: readonly Conv[]): void {
  convs.forEach((conv, i) => {
    const before = convs[i - 1]?.outputs ?? conv.inputs;
    if (conv.inputs === before) return;
    throw unsupported(
      `Grouped convolutions (ResNeXt) are not supported yet: "${conv.site}" reads ${conv.inputs} of ${before} channels at a time.`,
    );
  });
}

function convFrom(shapes: Shapes, site: string, norm: string, stride: number): Conv {
  const [outputs = 0, inputs = 0, kernel = 0] = shapeOf(RESNET, shapes, `${site}.weight`);
  return { site, norm, inputs, outputs, kernel, stride };
}

const poolsInShortcuts = ({ blocks }: ResnetConfig): boolean =>
  blocks.some(({ downsample }) => downsample?.pools);

/** timm's and its sources' letters: C for the deep stem, D with pooling shortcuts, T with a tiered stem. */
export function resnetVariant(config: ResnetConfig): string {
  if (config.stem.length === 1) return '';
  if (!poolsInShortcuts(config)) return '-C';
  return stemArguments(config.stem).stem_type === 'deep' ? '-D' : '-T';
}

function stemArguments([first, second]: readonly Conv[]) {
  const stemType = first?.outputs === second?.outputs ? 'deep' : 'deep_tiered';
  return { stem_type: stemType, stem_width: second?.outputs };
}

/** What timm must be told; a bottleneck's inner width is a share of base_width / 64 of its stage's. */
export function resnetArguments(config: ResnetConfig): Record<string, unknown> {
  const { bottleneck, depths, blocks, stem } = config;
  const channels = [1, 2, 3, 4].map((stage) => {
    const outputs = blocks.find((block) => block.stage === stage)?.convs.at(-1)?.outputs ?? 0;
    return bottleneck ? outputs / 4 : outputs;
  });
  const baseWidth = (64 * (blocks[0]?.convs[0]?.outputs ?? 0)) / (channels[0] ?? 1);
  return {
    layers: depths,
    channels,
    ...(stem.length > 1 && stemArguments(stem)),
    ...(poolsInShortcuts(config) && { avg_down: true }),
    ...(bottleneck && baseWidth !== 64 && { base_width: baseWidth }),
  };
}
