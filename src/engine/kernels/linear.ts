/** A linear layer with everything around it in one kernel each way. */
import type * as tf from '@tensorflow/tfjs';
import { acceleratedWebgpu, requiredWebgpu } from './acceleration.ts';
import { geluFunctions } from './gelu.ts';
import { countNumbers, isHalved, vectorOf } from './halves.ts';
import { launch } from './launch.ts';
import { productCall, sumRows } from './products/call.ts';
import { tilingFor } from './products/choose.ts';
import { REMADE_SCALARS, remadeCode, type Remade } from './remade.ts';
import type { LeftSide } from './products/contract.ts';
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

const matrixOf = ({ shape: [rows = 0, inner = 0] }: tf.Tensor): LeftSide => ({ rows, inner });

/**
 * activation(scaleOut ⊙ plain + shift + residual) with plain = slope ⊙ W (scaleIn ⊙ x) + bias;
 * x [N, in], W [out, in], halved or not → [N, out]. `plain` comes too where it is to be kept. With
 * `left`, which only WebGPU takes, rows are made of runs of x, and scaleIn goes with each.
 */
export function linearKernel(
  x: tf.Tensor,
  weight: tf.Tensor,
  parts: LinearParts,
  { activation, residual }: LinearEnding,
  keepPlain: boolean,
  left: LeftSide = matrixOf(x),
): { output: tf.Tensor; plain: tf.Tensor | undefined } {
  const simd = currentSimd();
  if (simd) return simdLinear(simd, x, weight, parts, { activation, residual }, keepPlain);
  const backend = requiredWebgpu();
  const { rows, inner, runs } = left;
  const columns = countNumbers(weight) / inner;
  const { slope, bias, scaleIn, scaleOut, shift } = parts;
  const product = { batch: 1, rows, inner, columns, ...FORWARD, runs };
  const tiling = tilingFor(backend, product, true);
  const shape = [rows, columns];
  return launch(backend, {
    ...productCall(`linear ${activation ?? ''}`, tiling, product, () => ({
      left: 'x',
      right: vectorOf('weight', weight),
      factors: scaleIn ? ['scaleIn'] : [],
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
 * ∂L/∂x = scaleIn ⊙ Wᵀ (scaleOut ⊙ slope ⊙ g) for g [N, out], W [out, in], halved or not: [N, in].
 * With `x`, kept or made again, also sums for ∂L/∂scaleIn, one row [in] for every few rows of x, to be
 * summed. With `left`, which like `slope` only WebGPU takes, rows are made of runs of g, and the factors
 * go with each.
 */
export function linearInputGradient(
  g: tf.Tensor,
  weight: tf.Tensor,
  { slope, scaleIn, scaleOut }: LinearParts,
  x: tf.Tensor | Remade | undefined,
  left: LeftSide = matrixOf(g),
): { gradient: tf.Tensor; sums: tf.Tensor | undefined } {
  const made = x && 'by' in x ? x : undefined;
  const kept = x && 'by' in x ? undefined : x;
  const simd = currentSimd();
  if (simd) return simdLinearInputGradient(simd, g, weight, { scaleIn, scaleOut }, kept);
  const backend = requiredWebgpu();
  const { rows, inner, runs } = left;
  const columns = countNumbers(weight) / inner;
  const product = { batch: 1, rows, inner, columns, ...BACKWARD, runs };
  const tiling = tilingFor(backend, product, true);
  const again = made && remadeCode(made);
  return launch(backend, {
    ...productCall(`linear input gradient ${made?.by ?? ''}`, tiling, product, () => ({
      left: 'g',
      leftGain: GRADIENT_GAIN,
      right: vectorOf('weight', weight),
      factors: [...(scaleOut ? ['scaleOut'] : []), ...(slope ? ['slope'] : [])],
      write: `gradient[place] = result ${scaleIn ? '* scaleIn[column]' : ''};`,
      functions: again?.functions,
      addend: x && `${again?.value ?? 'x[place]'} * result`,
      writeSum: x && 'sums[sumRow * sizes.columns + column] = columnSum;',
    })),
    inputs: { g, weight, slope, scaleIn, scaleOut, x: kept, ...made?.tensors },
    halves: halvesOf(weight),
    scalars: made ? REMADE_SCALARS : [],
    outputs: {
      gradient: [rows, columns],
      sums: x ? [sumRows(tiling, product), columns] : undefined,
    },
  });
}
