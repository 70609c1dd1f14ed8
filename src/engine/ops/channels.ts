/** Ops over the channels, the last axis. */
import * as tf from '@tensorflow/tfjs';
import { saved, traced, wants, type Value } from '../autograd.ts';
import { operation } from '../operation.ts';
import { changeChannelsKernel, type ChannelVectors } from '../kernels/elementwise.ts';
import { sumRows, sumRowsOfProduct } from './sums.ts';

/** y = scaleOut ⊙ x + shift, each [C]; what is left out does nothing. */
export interface ChannelChange {
  readonly scaleOut?: Value | undefined;
  readonly shift?: Value | undefined;
}

/** y = scaleOut ⊙ x + shift over the last axis of x [..., C]. */
export const changeChannels = operation(
  'changeChannels',
  (x: Value, { scaleOut, shift }: ChannelChange): Value => {
    if (!scaleOut && !shift) return x;
    return traced(
      changed(x.tensor, { scale: scaleOut?.tensor, shift: shift?.tensor }),
      { x, scaleOut, shift },
      { input: wants(scaleOut) ? x.tensor : undefined, scaleOut: scaleOut?.tensor },
      (g, kept) => ({
        x: () => (kept.scaleOut ? scaleBy(g, kept.scaleOut) : g.clone()),
        scaleOut: () => sumRowsOfProduct(g, saved(kept.input)),
        shift: () => sumRows(g),
      }),
    );
  },
);

/** Puts channel vectors one behind the other: [a], [b], … → [a + b + …]. */
export const joinChannels = operation('joinChannels', (parts: readonly Value[]): Value => {
  const output = tf.concat1d(parts.map((part) => part.tensor.as1D()));
  const inputs = Object.fromEntries(parts.map((part, i) => [i, part]));
  const starts = parts.map((_, i) =>
    parts.slice(0, i).reduce((sum, { tensor }) => sum + tensor.size, 0),
  );
  return traced(output, inputs, {}, (g) =>
    Object.fromEntries(
      parts.map((part, i) => [
        i,
        () => tf.slice1d(g.as1D(), starts[i] ?? 0, part.tensor.size).reshape(part.shape),
      ]),
    ),
  );
});

/** Multiplies the channels where there is a scale for them. */
export function scaleBy(tensor: tf.Tensor, scale: tf.Tensor | undefined): tf.Tensor {
  return scale ? changed(tensor, { scale }) : tensor;
}

/** scale ⊙ x + shift; a scalar or anything else than [C] is TensorFlow.js's to spread. */
export function changed(x: tf.Tensor, { scale, shift }: ChannelVectors): tf.Tensor {
  const width = x.shape.at(-1);
  const isVector = (vector: tf.Tensor | undefined): boolean =>
    !vector || (vector.rank === 1 && vector.size === width);
  const kernel =
    isVector(scale) && isVector(shift) ? changeChannelsKernel(x, { scale, shift }) : null;
  if (kernel) return kernel;
  const scaled = scale ? tf.mul(x, scale) : x;
  return shift ? tf.add(scaled, shift) : scaled;
}
