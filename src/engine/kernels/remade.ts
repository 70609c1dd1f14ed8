/** Activations that are not kept for the backward pass: a kernel makes each number again where it reads it. */
import type * as tf from '@tensorflow/tfjs';
import { geluFunctions } from './gelu.ts';
import { currentSimd } from './wasm/simd.ts';

/** [N, C] and, by channel, [C]. */
export interface RemadeTensors {
  readonly madeFrom: tf.Tensor | undefined;
  /** Mean and 1 / √(variance + ε) of every row, [N, 2]. */
  readonly madeStatistics?: tf.Tensor | undefined;
  readonly madeScale?: tf.Tensor | undefined;
  readonly madeShift?: tf.Tensor | undefined;
}

/** `scale`: scale ⊙ from + shift; `gelu`: GELU of that; `norm`: scale ⊙ (from − mean) / √(variance + ε) + shift. */
export interface Remade {
  readonly by: 'scale' | 'gelu' | 'norm';
  readonly tensors: RemadeTensors;
}

/** False where kernels want the numbers themselves. */
export const canRemake = (): boolean => currentSimd() === null;

/** For `launch`: inputs of `RemadeTensors`, and WGSL of the vector of four at `row`, `column` and `place`. */
export function remadeCode({ by, tensors: { madeScale, madeShift } }: Remade): {
  readonly value: string;
  readonly functions: string;
} {
  const changed = (value: string): string =>
    `${value} ${madeScale ? '* madeScale[column]' : ''} ${madeShift ? '+ madeShift[column]' : ''}`;
  if (by === 'scale') return { value: `(${changed('madeFrom[place]')})`, functions: '' };
  if (by === 'gelu') {
    const value = `gelu(${changed('madeFrom[place]')})`;
    return { value, functions: geluFunctions('vec4<f32>') };
  }
  const unit = '(madeFrom[place] - madeStatistics[2 * row]) * madeStatistics[2 * row + 1]';
  return { value: `(${changed(unit)})`, functions: '' };
}

/** Inputs among `RemadeTensors` that are arrays of `f32`. */
export const REMADE_SCALARS = ['madeStatistics'];
