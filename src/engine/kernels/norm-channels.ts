/** A trained norm with a method's scale behind it, as one scale and one shift; and back. All [C]. */
import type * as tf from '@tensorflow/tfjs';
import { requiredWebgpu } from './acceleration.ts';
import { launchEach } from './launch.ts';

export interface NormChannels {
  readonly weight: tf.Tensor;
  readonly bias: tf.Tensor;
  readonly scaleOut: tf.Tensor | undefined;
  readonly shift: tf.Tensor | undefined;
}

/** scaleOut ⊙ (weight ⊙ u + bias) + shift as scale ⊙ u + offset. */
export function joinNormChannels({ weight, bias, scaleOut, shift }: NormChannels): {
  scale: tf.Tensor;
  offset: tf.Tensor;
} {
  const inputs = { weight, bias, scaleOut, shift };
  const times = scaleOut ? '* scaleOut[index]' : '';
  return channelwise('join norm channels', inputs, { scale: weight.shape, offset: weight.shape }, [
    `scale[index] = weight[index] ${times};`,
    `offset[index] = bias[index] ${times} ${shift ? '+ shift[index]' : ''};`,
  ]);
}

/** ∂L/∂weight, ∂L/∂bias and ∂L/∂scaleOut, to which `earlier` is added, for those of scale and offset. */
export function normChannelsGradient(
  { scale, offset }: { readonly scale: tf.Tensor; readonly offset: tf.Tensor },
  { weight, bias, scaleOut }: Pick<NormChannels, 'weight' | 'bias' | 'scaleOut'>,
  earlier: tf.Tensor | undefined,
): { ofWeight: tf.Tensor; ofBias: tf.Tensor; ofScaleOut: tf.Tensor } {
  const { shape } = weight;
  const times = scaleOut ? '* scaleOut[index]' : '';
  return channelwise(
    'norm channels gradient',
    { scale, offset, weight, bias, scaleOut, earlier },
    { ofWeight: shape, ofBias: shape, ofScaleOut: shape },
    [
      `ofWeight[index] = scale[index] ${times};`,
      `ofBias[index] = offset[index] ${times};`,
      `ofScaleOut[index] = scale[index] * weight[index] + offset[index] * bias[index] ${earlier ? '+ earlier[index]' : ''};`,
    ],
  );
}

function channelwise<Outputs extends Readonly<Record<string, readonly number[]>>>(
  name: string,
  inputs: Readonly<Record<'weight', tf.Tensor> & Record<string, tf.Tensor | undefined>>,
  outputs: Outputs,
  lines: readonly string[],
) {
  const backend = requiredWebgpu();
  const count = inputs.weight.size;
  return launchEach(backend, {
    name,
    inputs,
    outputs,
    scalars: [...Object.keys(inputs), ...Object.keys(outputs)],
    sizes: {},
    count,
    body: () => /* wgsl */ `
      ${lines.join('\n')}
    `,
  });
}
