/** Kernels that make every element of their output from the same element of their inputs. */
import type * as tf from '@tensorflow/tfjs';
import { acceleratedWebgpu } from './acceleration.ts';
import { launchEach } from './launch.ts';
import { simdElementwise } from './wasm/simd-elementwise.ts';
import { inVectors } from './wgsl.ts';

export type Element = 'f32' | 'vec4<f32>';

/** Each [C], over the last axis. */
export interface ChannelVectors {
  readonly scale?: tf.Tensor | undefined;
  readonly shift?: tf.Tensor | undefined;
}

/** WGSL of scale ⊙ value + shift. */
export const changed = (value: string, { scale, shift }: ChannelVectors): string =>
  `${value} ${scale ? '* scale[column]' : ''} ${shift ? '+ shift[column]' : ''}`;

/** scale ⊙ x + shift over the last axis; null where the backend does not run our kernels. */
export function changeChannelsKernel(x: tf.Tensor, change: ChannelVectors): tf.Tensor | null {
  return elementwise('change channels', { x, ...change }, changed('x[index]', change));
}

/** gradient where output is above 0, and 0 elsewhere; null where the backend does not run our kernels. */
export function reluGradientKernel(gradient: tf.Tensor, output: tf.Tensor): tf.Tensor | null {
  const simd = simdElementwise('RELU_GRADIENT', gradient, output);
  if (simd) return simd;
  const value = (element: Element): string =>
    `select(${element}(0.0), gradient[index], x[index] > ${element}(0.0))`;
  return elementwise('relu gradient', { x: output, gradient }, value);
}

/**
 * Inputs are of x's shape, or [C] for its last axis.
 * @param value WGSL of the element at `index` of channel `column`, or how it is written over f32 or vectors of them.
 */
export function elementwise(
  name: string,
  inputs: Readonly<Record<'x', tf.Tensor> & Record<string, tf.Tensor | undefined>>,
  value: string | ((element: Element) => string),
  functions: (element: Element) => string = () => '',
): tf.Tensor | null {
  const backend = acceleratedWebgpu();
  const { x } = inputs;
  if (!backend || x.size === 0) return null;
  const width = x.shape.at(-1) ?? 1;
  const element = inVectors(width) ? 'vec4<f32>' : 'f32';
  const components = element === 'f32' ? 1 : 4;
  const count = x.size / components;
  return launchEach(backend, {
    name: `${name} ${element}`,
    inputs,
    outputs: { result: x.shape },
    scalars: element === 'f32' ? [...Object.keys(inputs), 'result'] : [],
    sizes: { columns: width / components },
    count,
    functions: () => functions(element),
    body: () => /* wgsl */ `
      let column = index % sizes.columns;
      result[index] = ${typeof value === 'string' ? value : value(element)};
    `,
  }).result;
}
