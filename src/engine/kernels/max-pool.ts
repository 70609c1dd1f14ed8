/** Max pooling that notes which pixel of a window won, the first of equals as in PyTorch. */
import type * as tf from '@tensorflow/tfjs';
import { acceleratedWebgpu, requiredWebgpu } from './acceleration.ts';
import { launchEach } from './launch.ts';
import { windowsOver, type Windows } from './window-runs.ts';
import { inVectors } from './wgsl.ts';

export interface Pooled {
  /** [B, H', W', C]. */
  readonly output: tf.Tensor;
  /** Row · size + column of the winner in its window, of the same shape. */
  readonly winners: tf.Tensor;
}

/** x [B, H, W, C]; what is padded never wins. Null where C is no multiple of four or the backend runs no kernels of ours. */
export function maxPoolKernel(x: tf.Tensor, windows: Windows): Pooled | null {
  const backend = acceleratedWebgpu();
  const channels = x.shape.at(-1) ?? 0;
  if (!backend || !inVectors(channels)) return null;
  const shape = [...windowsOver(x.shape, windows), channels];
  const count = shape.reduce((product, side) => product * side, 1) / 4;
  return launchEach(backend, {
    name: 'max pool',
    inputs: { x },
    outputs: { output: shape, winners: shape },
    sizes: sizesOf(x.shape, windows, channels),
    count,
    body: () => /* wgsl */ `
      let channel = index % sizes.channels;
      let place = index / sizes.channels;
      let image = place / (sizes.rows * sizes.columns);
      let at = vec2<i32>((place / sizes.columns) % sizes.rows, place % sizes.columns);
      let corner = at * sizes.stride - sizes.padding;
      let first = max(vec2<i32>(0), -corner);
      let end = min(vec2<i32>(sizes.size), vec2<i32>(sizes.height, sizes.width) - corner);
      var best = vec4<f32>(-3.4e38);
      var winner = vec4<f32>(f32(first.x * sizes.size + first.y));
      for (var row = first.x; row < end.x; row++) {
        for (var column = first.y; column < end.y; column++) {
          let pixel = (image * sizes.height + corner.x + row) * sizes.width + corner.y + column;
          let value = x[pixel * sizes.channels + channel];
          winner = select(winner, vec4<f32>(f32(row * sizes.size + column)), value > best);
          best = max(best, value);
        }
      }
      output[index] = best;
      winners[index] = winner;
    `,
  });
}

/** ∂L/∂x, of `shape` [B, H, W, C]: every pixel gathers from the windows that it won. */
export function maxPoolGradientKernel(
  gradient: tf.Tensor,
  winners: tf.Tensor,
  shape: readonly number[],
  windows: Windows,
): tf.Tensor {
  const backend = requiredWebgpu();
  const channels = shape.at(-1) ?? 0;
  const count = shape.reduce((product, side) => product * side, 1) / 4;
  return launchEach(backend, {
    name: 'max pool gradient',
    inputs: { gradient, winners },
    outputs: { result: shape },
    sizes: sizesOf(shape, windows, channels),
    count,
    body: () => /* wgsl */ `
      let channel = index % sizes.channels;
      let place = index / sizes.channels;
      let image = place / (sizes.height * sizes.width);
      let pixel = vec2<i32>((place / sizes.width) % sizes.height, place % sizes.width) + sizes.padding;
      let last = min(pixel / sizes.stride, vec2<i32>(sizes.rows, sizes.columns) - 1);
      let first = max(vec2<i32>(0), (pixel - sizes.size + sizes.stride) / sizes.stride);
      var sum = vec4<f32>(0.0);
      for (var row = first.x; row <= last.x; row++) {
        for (var column = first.y; column <= last.y; column++) {
          let tap = pixel - vec2<i32>(row, column) * sizes.stride;
          let window = (image * sizes.rows + row) * sizes.columns + column;
          let seen = window * sizes.channels + channel;
          let isWinner = winners[seen] == vec4<f32>(f32(tap.x * sizes.size + tap.y));
          sum += select(vec4<f32>(0.0), gradient[seen], isWinner);
        }
      }
      result[index] = sum;
    `,
  }).result;
}

function sizesOf(
  input: readonly number[],
  windows: Windows,
  channels: number,
): Record<string, number> {
  const [, height = 0, width = 0] = input;
  const [, rows, columns] = windowsOver(input, windows);
  return { ...windows, height, width, rows, columns, channels: channels / 4 };
}
