/** A trained norm with a method's scale behind it, as one scale and one shift; and back. All [C]. */
import type * as tf from '@tensorflow/tfjs';
import { acceleratedWebgpu } from './acceleration.ts';
import { launch } from './launch.ts';
import { flatIndex, flatWorkgroups } from './wgsl.ts';

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
  const times = scaleOut ? '* scaleOut[i]' : '';
  return channelwise('join norm channels', inputs, { scale: weight.shape, offset: weight.shape }, [
    `scale[i] = weight[i] ${times};`,
    `offset[i] = bias[i] ${times} ${shift ? '+ shift[i]' : ''};`,
  ]);
}

/** ∂L/∂weight, ∂L/∂bias and ∂L/∂scaleOut, to which `earlier` is added, for those of scale and offset. */
export function normChannelsGradient(
  { scale, offset }: { readonly scale: tf.Tensor; readonly offset: tf.Tensor },
  { weight, bias, scaleOut }: Pick<NormChannels, 'weight' | 'bias' | 'scaleOut'>,
  earlier: tf.Tensor | undefined,
): { ofWeight: tf.Tensor; ofBias: tf.Tensor; ofScaleOut: tf.Tensor } {
  const { shape } = weight;
  const times = scaleOut ? '* scaleOut[i]' : '';
  return channelwise(
    'norm channels gradient',
    { scale, offset, weight, bias, scaleOut, earlier },
    { ofWeight: shape, ofBias: shape, ofScaleOut: shape },
    [
      `ofWeight[i] = scale[i] ${times};`,
      `ofBias[i] = offset[i] ${times};`,
      `ofScaleOut[i] = scale[i] * weight[i] + offset[i] * bias[i] ${earlier ? '+ earlier[i]' : ''};`,
    ],
  );
}

function channelwise<Outputs extends Readonly<Record<string, readonly number[]>>>(
  name: string,
  inputs: Readonly<Record<'weight', tf.Tensor> & Record<string, tf.Tensor | undefined>>,
  outputs: Outputs,
  lines: readonly string[],
) {
  const backend = acceleratedWebgpu();
  if (!backend) throw new Error('This kernel runs where those of the layer ran.');
  const count = inputs.weight.size;
  return launch(backend, {
    name,
    inputs,
    outputs,
    scalars: [...Object.keys(inputs), ...Object.keys(outputs)],
    sizes: { count },
    workgroups: flatWorkgroups(count),
    code: () => /* wgsl */ `
      ${flatIndex}
      @compute @workgroup_size(64)
      fn main(@builtin(global_invocation_id) id : vec3<u32>) {
        let i = flatIndex(id);
        if (i >= sizes.count) { return; }
        ${lines.join('\n')}
      }
    `,
  });
}
