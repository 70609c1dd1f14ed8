/** What a Swin transformer is: read from its tensors and config.json. */
import { asSide } from '../../../lib/json-fields.ts';
import type { ModelConfig } from '../../../lib/model-config.ts';
import type { Shapes } from '../contract.ts';
import { refuseParts, shapeOf, unsupported, type Known } from './refusals.ts';

/** How its errors call it. */
export const SWIN = 'Swin transformer';

/** In a block, the learned bias of every offset between two positions of a window. */
export const TABLE = 'attn.relative_position_bias_table';

export interface Block {
  readonly name: string;
  readonly label: string;
  /** Side of a window, in positions. */
  readonly window: number;
  readonly shift: number;
  readonly heads: number;
}

interface Stage {
  readonly label: string;
  readonly width: number;
  readonly hidden: number;
  /** Its merging of patches; absent in the first stage. */
  readonly downsample: string | null;
  readonly blocks: readonly Block[];
}

export interface SwinConfig {
  readonly imageSize: number;
  readonly patch: number;
  readonly stages: readonly Stage[];
}

/** What timm before 0.9 also saved; it follows from the sizes. */
export const buffer = /\.(relative_position_index|attn_mask)$/;

/** Parts of timm's other Swins. */
const unknownParts: Known = [
  [
    /\.attn\.(cpb_mlp|logit_scale|q_bias|v_bias|relative_coords_table)/,
    'cosine attention (Swin V2)',
  ],
  [/^absolute_pos_embed$/, 'absolute positions'],
  [/^layers\.0\.downsample\./, 'merging at the end of a stage, as timm had it before 0.9'],
];

/**
 * Reads the network from its tensors; config.json settles the side of its images.
 * @throws EngineError "unsupported-model" naming what is not supported.
 */
export function readSwin(shapes: Shapes, config: ModelConfig | null): SwinConfig {
  refuseParts(SWIN, shapes, unknownParts);
  const [, , patch = 0] = shapeOf(SWIN, shapes, 'patch_embed.proj.weight');
  const count = countFrom((stage) => shapes.has(`layers.${stage}.blocks.0.${TABLE}`));
  const last = windowOf(shapes, `layers.${Math.max(count - 1, 0)}.blocks.0`);
  // Swin is built so that the last stage is one window.
  const usual = last * patch * 2 ** (count - 1);
  const imageSize = asSide(config?.modelArgs['img_size']) ?? config?.inputSize ?? usual;
  // Rows and columns of the first feature map.
  const positions = Math.floor(imageSize / patch);
  const stages = Array.from({ length: count }, (_, index) =>
    stageFrom(shapes, index, Math.floor(positions / 2 ** index)),
  );
  return { imageSize, patch, stages };
}

/** How many of 0, 1, 2 … are there. */
function countFrom(has: (index: number) => boolean): number {
  let count = 0;
  while (has(count)) count++;
  return count;
}

/** @param positions rows and columns of the stage's feature map, by which timm fits the windows. */
function stageFrom(shapes: Shapes, index: number, positions: number): Stage {
  const name = `layers.${index}`;
  const label = `Stage ${index + 1}`;
  const depth = countFrom((i) => shapes.has(`${name}.blocks.${i}.${TABLE}`));
  const blocks = Array.from({ length: depth }, (_, i): Block => {
    const own = `${name}.blocks.${i}`;
    const window = windowOf(shapes, own);
    if (window > positions) {
      throw unsupported(
        `Windows must fit into the feature map; those of "${own}" are ${window} positions wide, and at this image size there are ${positions}.`,
      );
    }
    const [, heads = 0] = shapeOf(SWIN, shapes, `${own}.${TABLE}`);
    const shift = i % 2 === 1 && positions > window ? Math.floor(window / 2) : 0;
    return { name: own, label: `${label} · block ${i + 1}`, window, shift, heads };
  });
  const [hidden = 0, width = 0] = shapeOf(SWIN, shapes, `${name}.blocks.0.mlp.fc1.weight`);
  return { label, width, hidden, downsample: index > 0 ? `${name}.downsample` : null, blocks };
}

/** The table has a row for every offset inside a window: (2w − 1)². */
function windowOf(shapes: Shapes, block: string): number {
  const [rows = 0] = shapeOf(SWIN, shapes, `${block}.${TABLE}`);
  const window = (Math.sqrt(rows) + 1) / 2;
  if (Number.isInteger(window)) return window;
  throw unsupported(`Windows must be square; "${block}.${TABLE}" has ${rows} offsets.`);
}
