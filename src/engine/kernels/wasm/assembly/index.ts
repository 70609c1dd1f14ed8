/** All kernels, by their numbers. */
import { adamW } from './adamw';
import { attention, attentionGradient, attentionWorkBytes } from './attention';
import { convolution, convolutionWorkBytes } from './convolution';
import { affine, CHANNEL_ROWS, geluGradient, sumRows } from './channels';
import { ADD, elementwise, GELU, MULTIPLY, RELU, RELU_GRADIENT, UNIT } from './elementwise';
import { pack, PANELS, product } from './linear';
import { layerNorm, layerNormGradient, NORM_ROWS } from './norm';
import { maxPoolGradient } from './pool';
import { BLOCK, COLUMNS } from './panels';
import { packedBytes, workBytes } from './product';
import { help, share } from './schedule';

export { ADD, GELU, MULTIPLY, RELU, RELU_GRADIENT };
export { attentionWorkBytes, convolutionWorkBytes, help, packedBytes, share, workBytes };
export { BLOCK, COLUMNS, CHANNEL_ROWS, NORM_ROWS, PANELS, UNIT };

export const ELEMENTWISE: i32 = 0;
export const PACK: i32 = 1;
export const PRODUCT: i32 = 2;
export const ATTENTION: i32 = 3;
export const ATTENTION_GRADIENT: i32 = 4;
export const LAYER_NORM: i32 = 5;
export const LAYER_NORM_GRADIENT: i32 = 6;
export const AFFINE: i32 = 7;
export const SUM_ROWS: i32 = 8;
export const CONVOLUTION: i32 = 9;
export const MAX_POOL_GRADIENT: i32 = 10;
export const GELU_GRADIENT: i32 = 11;
export const ADAMW: i32 = 12;

/** Computes one unit of a kernel. */
export function perform(kernel: i32, args: usize, unit: i32, thread: i32): void {
  switch (kernel) {
    case ELEMENTWISE:
      return elementwise(args, unit);
    case PACK:
      return pack(args, unit);
    case PRODUCT:
      return product(args, unit, thread);
    case ATTENTION:
      return attention(args, unit, thread);
    case ATTENTION_GRADIENT:
      return attentionGradient(args, unit, thread);
    case LAYER_NORM:
      return layerNorm(args, unit);
    case LAYER_NORM_GRADIENT:
      return layerNormGradient(args, unit);
    case AFFINE:
      return affine(args, unit);
    case SUM_ROWS:
      return sumRows(args, unit);
    case CONVOLUTION:
      return convolution(args, unit, thread);
    case MAX_POOL_GRADIENT:
      return maxPoolGradient(args, unit);
    case GELU_GRADIENT:
      return geluGradient(args, unit);
    case ADAMW:
      return adamW(args, unit);
    default:
      unreachable();
  }
}
