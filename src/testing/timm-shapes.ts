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
