/** A linear layer with everything around it in one kernel each way. */
import type * as tf from '@tensorflow/tfjs';
import { acceleratedWebgpu, requiredWebgpu } from './acceleration.ts';
import { geluFunctions } from './gelu.ts';
import { countNumbers, isHalved, vectorOf } from './halves.ts';
import { launch } from './launch.ts';
import { productCall, sumRows } from './products/call.ts';
import { tilingFor } from './products/choose.ts';
import { REMADE_SCALARS, remadeCode, type Remade } from './remade.ts';
import { simdLinear, simdLinearInputGradient } from './wasm/simd-linear.ts';
import { currentSimd } from './wasm/simd.ts';
import { inVectors } from './wgsl.ts';

const FORWARD = { leftTurned: false, rightTurned: true };
/** Gradients are small: half precision ends at 6e-8. */
const GRADIENT_GAIN = 4096;
const BACKWARD = { leftTurned: false, rightTurned: false };

type Activation = 'gelu' | 'relu';

export interface LinearParts {
  /** [out], multiplies the products before the bias. */
  readonly slope?: tf.Tensor | undefined;
  readonly bias?: tf.Tensor | undefined;
  readonly scaleIn?: tf.Tensor | undefined;
  readonly scaleOut?: tf.Tensor | undefined;
  readonly shift?: tf.Tensor | undefined;
}

export interface LinearEnding {
  /** [N, out], added before the activation. */
  readonly residual?: tf.Tensor | undefined;
  readonly activation?: Activation | undefined;
}

const activate: Readonly<Record<Activation, string>> = {
  gelu: 'gelu(r)',
  relu: 'max(r, vec4<f32>(0.0))',
};

const halvesOf = (weight: tf.Tensor): string[] => (isHalved(weight) ? ['weight'] : []);

/** The most that the kernels below bind: weight, x, six parts and two outputs. */
const MOST_BUFFERS = 10;

/** True where the kernels below take a layer of this size. */
export function hasLinearKernel(inputs: number, outputs: number): boolean {
  if (currentSimd()) return true;
  const backend = acceleratedWebgpu();
  if (!backend || !inVectors(inputs) || !inVectors(outputs)) return false;
  return backend.device.limits.maxStorageBuffersPerShaderStage >= MOST_BUFFERS;
}

/**
 * activation(scaleOut ⊙ plain + shift + residual) with plain = slope ⊙ W (scaleIn ⊙ x) + bias;
 * x [N, in], W [out, in], halved or not → [N, out]. `plain` comes too where it is to be kept.
 */
export function linearKernel(
  x: tf.Tensor,
  weight: tf.Tensor,
  parts: LinearParts,
  { activation, residual }: LinearEnding,
  keepPlain: boolean,
): { output: tf.Tensor; plain: tf.Tensor | undefined } {
  const simd = currentSimd();
  if (simd) return simdLinear(simd, x, weight, parts, { activation, residual }, keepPlain);
  const backend = requiredWebgpu();
  const [rows = 0, inner = 0] = x.shape;
  const columns = countNumbers(weight) / inner;
  const { slope, bias, scaleIn, scaleOut, shift } = parts;
  const sizes = { batch: 1, rows, inner, columns };
  const tiling = tilingFor(backend, sizes, FORWARD, true);
  const shape = [rows, columns];
  return launch(backend, {
    ...productCall(`linear ${activation ?? ''}`, tiling, sizes, () => ({
      ...FORWARD,
      left: 'x',
      right: vectorOf('weight', weight),
      factor: scaleIn && 'scaleIn',
      functions: activation === 'gelu' ? geluFunctions('vec4<f32>') : '',
      write: /* wgsl */ `
        var r = result ${slope ? '* slope[column]' : ''} ${bias ? '+ bias[column]' : ''};
        ${keepPlain ? 'plain[place] = r;' : ''}
        ${scaleOut ? 'r *= scaleOut[column];' : ''}
        ${shift ? 'r += shift[column];' : ''}
        ${residual ? 'r += residual[place];' : ''}
        ${activation ? `r = ${activate[activation]};` : ''}
        output[place] = r;
      `,
    })),
    inputs: { x, weight, slope, bias, scaleIn, scaleOut, shift, residual },
    halves: halvesOf(weight),
    outputs: { output: shape, plain: keepPlain ? shape : undefined },
  });
}

/**
 * ∂L/∂x = scaleIn ⊙ Wᵀ (scaleOut ⊙ g) for g [N, out], W [out, in], halved or not: [N, in]. With `x`,
 * kept or made again, also sums for ∂L/∂scaleIn, one row [in] for every few rows of x, to be summed.
 */
export function linearInputGradient(
  g: tf.Tensor,
  weight: tf.Tensor,
  { scaleIn, scaleOut }: LinearParts,
  x: tf.Tensor | Remade | undefined,
): { gradient: tf.Tensor; sums: tf.Tensor | undefined } {
  const made = x && 'by' in x ? x : undefined;
  const kept = x && 'by' in x ? undefined : x;
  const simd = currentSimd();
  if (simd) return simdLinearInputGradient(simd, g, weight, { scaleIn, scaleOut }, kept);
  const backend = requiredWebgpu();
  const [rows = 0, inner = 0] = g.shape;
  const columns = countNumbers(weight) / inner;
  const sizes = { batch: 1, rows, inner, columns };
  const tiling = tilingFor(backend, sizes, BACKWARD, true);
  const again = made && remadeCode(made);
  return launch(backend, {
    ...productCall(`linear input gradient ${made?.by ?? ''}`, tiling, sizes, () => ({
      ...BACKWARD,
      left: 'g',
      leftGain: GRADIENT_GAIN,
      right: vectorOf('weight', weight),
      factor: scaleOut && 'scaleOut',
      write: `gradient[place] = result ${scaleIn ? '* scaleIn[column]' : ''};`,
      functions: again?.functions,
      addend: x && `${again?.value ?? 'x[place]'} * result`,
      writeSum: x && 'sums[sumRow * sizes.columns + column] = columnSum;',
    })),
    inputs: { g, weight, scaleIn, scaleOut, x: kept, ...made?.tensors },
    halves: halvesOf(weight),
    scalars: made ? REMADE_SCALARS : [],
    outputs: {
      gradient: [rows, columns],
      sums: x ? [sumRows(tiling, sizes), columns] : undefined,
    },
  });
}
