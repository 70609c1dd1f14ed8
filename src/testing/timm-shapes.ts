/** Names and shapes of timm's networks, written down from its modules and apart from the engine. */

export type NamedShapes = Readonly<Record<string, readonly number[]>>;

const joined = (parts: readonly NamedShapes[]): NamedShapes =>
  Object.fromEntries(parts.flatMap((part) => Object.entries(part)));

const affine = (name: string, ...shape: number[]): NamedShapes => ({
  [`${name}.weight`]: shape,
  [`${name}.bias`]: shape.slice(0, 1),
});

interface VitShape {
  readonly width: number;
  readonly depth?: number;
  readonly patch?: number;
  readonly imageSize?: number;
  readonly mlpRatio?: number;
  readonly registers?: number;
  readonly classToken?: boolean;
  readonly distilled?: boolean;
  /** timm's no_embed_class. */
  readonly patchesOnly?: boolean;
  readonly layerScale?: boolean;
  readonly qkvBias?: boolean;
  readonly preNorm?: boolean;
  readonly lastNorm?: 'norm' | 'fc_norm';
  /** 0 for a network without a head. */
  readonly classes?: number;
}

/** timm's VisionTransformer and VisionTransformerDistilled. */
export function vitShapes(wanted: VitShape): NamedShapes {
  const { width, depth = 12, patch = 16, imageSize = 224, mlpRatio = 4, registers = 0 } = wanted;
  const { classToken = true, distilled = false, preNorm = false, classes = 1000 } = wanted;
  const hidden = Math.floor(width * mlpRatio);
  const prefix = Number(classToken) + Number(distilled) + registers;
  const positions = Math.floor(imageSize / patch) ** 2 + (wanted.patchesOnly ? 0 : prefix);
  const blocks = Array.from({ length: depth }, (_, i): NamedShapes => ({
    ...affine(`blocks.${i}.norm1`, width),
    [`blocks.${i}.attn.qkv.weight`]: [3 * width, width],
    ...((wanted.qkvBias ?? true) && { [`blocks.${i}.attn.qkv.bias`]: [3 * width] }),
    ...affine(`blocks.${i}.attn.proj`, width, width),
    ...(wanted.layerScale && { [`blocks.${i}.ls1.gamma`]: [width] }),
    ...affine(`blocks.${i}.norm2`, width),
    ...affine(`blocks.${i}.mlp.fc1`, hidden, width),
    ...affine(`blocks.${i}.mlp.fc2`, width, hidden),
    ...(wanted.layerScale && { [`blocks.${i}.ls2.gamma`]: [width] }),
  }));
  return joined([
    {
      ...(classToken && { cls_token: [1, 1, width] }),
      ...(distilled && { dist_token: [1, 1, width] }),
      ...(registers > 0 && { reg_token: [1, registers, width] }),
      pos_embed: [1, positions, width],
      'patch_embed.proj.weight': [width, 3, patch, patch],
      ...(!preNorm && { 'patch_embed.proj.bias': [width] }),
      ...(preNorm && affine('norm_pre', width)),
      ...affine(wanted.lastNorm ?? 'norm', width),
      ...(classes > 0 && affine('head', classes, width)),
      ...(classes > 0 && distilled && affine('head_dist', classes, width)),
    },
    ...blocks,
  ]);
}

interface ResnetShape {
  readonly layers: readonly number[];
  readonly bottleneck: boolean;
  /** Widths of the three convolutions of a deep stem. */
  readonly deepStem?: readonly [number, number, number];
  readonly averageDown?: boolean;
  readonly baseWidth?: number;
  readonly groups?: number;
}

const CHANNELS = [64, 128, 256, 512];

/** timm's ResNet with 1000 classes. */
export function resnetShapes(wanted: ResnetShape): NamedShapes {
  const { bottleneck, deepStem, groups = 1, baseWidth = 64 } = wanted;
  const numbers = wanted.averageDown ? [1, 2] : [0, 1];
  const shapes: NamedShapes[] = [deepStem ? tripleStem(deepStem) : conv('conv1', 'bn1', 64, 3, 7)];
  let inputs = deepStem ? deepStem[2] : 64;
  wanted.layers.forEach((count, stage) => {
    const planes = CHANNELS[stage] ?? 0;
    const width = bottleneck ? Math.floor(planes * (baseWidth / 64)) * groups : planes;
    const outputs = bottleneck ? 4 * planes : planes;
    for (let i = 0; i < count; i++) {
      const name = `layer${stage + 1}.${i}`;
      const sides = bottleneck ? [1, 3, 1] : [3, 3];
      const widths = bottleneck ? [width, width, outputs] : [width, outputs];
      const reads = [inputs, width / groups, width];
      sides.forEach((side, k) => {
        const [to = 0, from = 0] = [widths[k], reads[k]];
        shapes.push(conv(`${name}.conv${k + 1}`, `${name}.bn${k + 1}`, to, from, side));
      });
      if (i === 0 && (stage > 0 || inputs !== outputs)) {
        const [layer, norm] = numbers.map((number) => `${name}.downsample.${number}`);
        shapes.push(conv(layer ?? '', norm ?? '', outputs, inputs, 1));
      }
      inputs = outputs;
    }
  });
  return joined([...shapes, affine('fc', 1000, inputs)]);
}

function tripleStem([first, second, third]: readonly [number, number, number]): NamedShapes {
  return {
    ...conv('conv1.0', 'conv1.1', first, 3, 3),
    ...conv('conv1.3', 'conv1.4', second, first, 3),
    ...conv('conv1.6', 'bn1', third, second, 3),
  };
}

const conv = (
  name: string,
  norm: string,
  outputs: number,
  inputs: number,
  side: number,
): NamedShapes => ({
  [`${name}.weight`]: [outputs, inputs, side, side],
  ...affine(norm, outputs),
  [`${norm}.running_mean`]: [outputs],
  [`${norm}.running_var`]: [outputs],
  [`${norm}.num_batches_tracked`]: [],
});

interface ConvnextShape {
  readonly depths: readonly number[];
  readonly widths: readonly number[];
  /** MLPs made of 1×1 convolutions, as the small ones have. */
  readonly convMlp?: boolean;
}

/** timm's ConvNeXt with layer scale and 1000 classes. */
export function convnextShapes({ depths, widths, convMlp }: ConvnextShape): NamedShapes {
  const [first = 0] = widths;
  const last = widths.at(-1) ?? 0;
  const kernel = convMlp ? [1, 1] : [];
  const stages = widths.map((width, stage): NamedShapes[] => {
    const name = `stages.${stage}`;
    const before = widths[stage - 1];
    const blocks = Array.from({ length: depths[stage] ?? 0 }, (_, i): NamedShapes => ({
      ...affine(`${name}.blocks.${i}.conv_dw`, width, 1, 7, 7),
      ...affine(`${name}.blocks.${i}.norm`, width),
      ...affine(`${name}.blocks.${i}.mlp.fc1`, 4 * width, width, ...kernel),
      ...affine(`${name}.blocks.${i}.mlp.fc2`, width, 4 * width, ...kernel),
      [`${name}.blocks.${i}.gamma`]: [width],
    }));
    if (!before) return blocks;
    const norm = affine(`${name}.downsample.0`, before);
    return [norm, affine(`${name}.downsample.1`, width, before, 2, 2), ...blocks];
  });
  return joined([
    affine('stem.0', first, 3, 4, 4),
    affine('stem.1', first),
    ...stages.flat(),
    affine('head.norm', last),
    affine('head.fc', 1000, last),
  ]);
}

interface SwinShape {
  readonly width: number;
  readonly depths: readonly number[];
  readonly window: number;
}

/** timm's SwinTransformer, patches of 4, 32 channels a head, 1000 classes. */
export function swinShapes({ width, depths, window }: SwinShape): NamedShapes {
  const last = width * 2 ** (depths.length - 1);
  const stages = depths.map((depth, stage): NamedShapes[] => {
    const own = width * 2 ** stage;
    const name = `layers.${stage}`;
    const blocks = Array.from({ length: depth }, (_, i): NamedShapes => ({
      ...affine(`${name}.blocks.${i}.norm1`, own),
      [`${name}.blocks.${i}.attn.relative_position_bias_table`]: [(2 * window - 1) ** 2, own / 32],
      ...affine(`${name}.blocks.${i}.attn.qkv`, 3 * own, own),
      ...affine(`${name}.blocks.${i}.attn.proj`, own, own),
      ...affine(`${name}.blocks.${i}.norm2`, own),
      ...affine(`${name}.blocks.${i}.mlp.fc1`, 4 * own, own),
      ...affine(`${name}.blocks.${i}.mlp.fc2`, own, 4 * own),
    }));
    if (stage === 0) return blocks;
    const reduction = { [`${name}.downsample.reduction.weight`]: [own, 2 * own] };
    return [affine(`${name}.downsample.norm`, 2 * own), reduction, ...blocks];
  });
  return joined([
    affine('patch_embed.proj', width, 3, 4, 4),
    affine('patch_embed.norm', width),
    ...stages.flat(),
    affine('norm', last),
    affine('head.fc', 1000, last),
  ]);
}
