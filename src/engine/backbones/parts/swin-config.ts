/** What a Swin transformer is: read from its tensors and config.json. */
import { asSide } from '../../../lib/json-fields.ts';
import type { ModelConfig } from '../../../lib/model-config.ts';
import { EngineError } from '../../errors.ts';
import type { Shapes } from '../contract.ts';

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

const familiar =
  /^(patch_embed\.(proj|norm)|layers\.\d+\.(downsample\.(norm|reduction)|blocks\.\d+\.(norm[12]|attn\.(qkv|proj)|mlp\.fc[12]))|norm|head\.fc)\.(weight|bias)$|^layers\.\d+\.blocks\.\d+\.attn\.relative_position_bias_table$/;

/**
 * Reads the network from its tensors; config.json settles the side of its images.
 * @throws EngineError "unsupported-model" naming what is not supported.
 */
export function readSwin(shapes: Shapes, config: ModelConfig | null): SwinConfig {
  const stranger = [...shapes.keys()].find((name) => !familiar.test(name) && !buffer.test(name));
  if (stranger) throw unsupported(`This Swin has a part that is not supported yet: "${stranger}".`);
  if (shapes.has('layers.0.downsample.reduction.weight')) {
    throw unsupported(
      'A Swin must merge patches at the beginning of a stage, as timm has since 0.9; this file has "layers.0.downsample.reduction.weight".',
    );
  }
  const [, , patch = 0] = shapeOf(shapes, 'patch_embed.proj.weight');
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
    const [, heads = 0] = shapeOf(shapes, `${own}.${TABLE}`);
    const shift = i % 2 === 1 && positions > window ? Math.floor(window / 2) : 0;
    return { name: own, label: `${label} · block ${i + 1}`, window, shift, heads };
  });
  const [hidden = 0, width = 0] = shapeOf(shapes, `${name}.blocks.0.mlp.fc1.weight`);
  return { label, width, hidden, downsample: index > 0 ? `${name}.downsample` : null, blocks };
}

/** The table has a row for every offset inside a window: (2w − 1)². */
function windowOf(shapes: Shapes, block: string): number {
  const [rows = 0] = shapeOf(shapes, `${block}.${TABLE}`);
  const window = (Math.sqrt(rows) + 1) / 2;
  if (Number.isInteger(window)) return window;
  throw unsupported(`Windows must be square; "${block}.${TABLE}" has ${rows} offsets.`);
}

export function shapeOf(shapes: Shapes, name: string): readonly number[] {
  const shape = shapes.get(name);
  if (shape) return shape;
  throw unsupported(`A Swin needs the tensor "${name}"; the file has none.`);
}

function unsupported(sentence: string): EngineError {
  return new EngineError('unsupported-model', sentence);
}
