/** SAN's scales: one per feature channel, used where it sits and in the layer that reads it. */
import * as tf from '@tensorflow/tfjs';
import type { Field } from '../../../protocol.ts';
import type { Value } from '../../autograd.ts';
import { joinChannels } from '../../ops/channels.ts';
import { affine, project } from '../../ops/elementwise.ts';
import type { Adaptation } from '../../ops/linear.ts';
import {
  scaleName,
  shiftName,
  type AdaptContext,
  type AdaptedNetwork,
  type AdaptedSite,
  type OwnTensor,
} from '../contract.ts';

export const PROPAGATION = {
  kind: 'choice',
  name: 'propagation',
  label: 'Carry scales into the next layer',
  help: 'How a learned scale also reaches the weights that read the scaled feature.',
  advanced: true,
  default: 'reference',
  options: [
    {
      value: 'reference',
      label: 'As published',
      help: 'Every layer passes its scale on, except across attention.',
    },
    {
      value: 'interpolated',
      label: 'Across attention too',
      help: 'Also resizes the scale of the attention input to reach its output. Networks with attention only.',
    },
    {
      value: 'none',
      label: 'Not at all',
      help: 'Each scale acts only where it sits.',
    },
  ],
} satisfies Field;

export const SHIFT = {
  kind: 'switch',
  name: 'shift',
  label: 'Learn a shift beside each scale',
  help: 'Adds one learned offset per channel after its scale: twice the parameters, rarely needed.',
  advanced: true,
  default: false,
} satisfies Field;

type Options = AdaptContext['options'];

/** Scales can be resized across attention only where there is attention. */
export function refusesPropagation({ sites }: AdaptedNetwork, options: Options): string | null {
  const across = sites.some((site) => site.presynapticResized);
  if (options['propagation'] !== 'interpolated' || across) return null;
  return 'Scales can be carried across attention only where a network has attention; this backbone has none. Choose “As published”.';
}

/** A scale of 1 for every channel of every site, and a shift of 0 where asked for and able to fold. */
export function createScales({ sites }: AdaptedNetwork, options: Options): OwnTensor[] {
  return sites.flatMap(({ name, outputs, offset }) => [
    { name: scaleName(name), shape: [outputs], initial: new Float32Array(outputs).fill(1) },
    ...(options['shift'] === true && offset
      ? [{ name: shiftName(name), shape: [outputs], initial: new Float32Array(outputs) }]
      : []),
  ]);
}

export function adaptScales(site: AdaptedSite, context: AdaptContext): Adaptation {
  const { neuron, synapse } = partsInView(context);
  return {
    scaleOut: neuron ? viewed(context, scaleName(site.name), 1) : undefined,
    shift: neuron ? viewed(context, shiftName(site.name), 0) : undefined,
    scaleIn: synapse ? propagated(site, context) : undefined,
  };
}

/** Which of the two uses of a scale this view shows. */
export function partsInView({ view: { mode } }: AdaptContext): {
  neuron: boolean;
  synapse: boolean;
} {
  return {
    neuron: mode === 'both' || mode === 'neuron',
    synapse: mode === 'both' || mode === 'synapse',
  };
}

/** The scale of the site before, as this site's weights feel it. */
function propagated(site: AdaptedSite, context: AdaptContext): Value | undefined {
  const propagation = context.options['propagation'];
  if (propagation === 'none') return undefined;
  if (site.presynaptic) {
    const scale = viewed(context, scaleName(site.presynaptic), 1);
    return scale && repeated(scale, site.inputs / scale.tensor.size);
  }
  if (propagation !== 'interpolated' || !site.presynapticResized) return undefined;
  const scale = viewed(context, scaleName(site.presynapticResized), 1);
  if (!scale) return undefined;
  const from = scale.shape[0] ?? 1;
  const matrix = context.constant(`interpolation ${from} to ${site.inputs}`, () =>
    interpolation(from, site.inputs),
  );
  return project(scale, matrix);
}

/** The same scale for the channels of several positions. */
function repeated(scale: Value, times: number): Value {
  return times === 1 ? scale : joinChannels(Array.from({ length: times }, () => scale));
}

/** neutral + strength · (value − neutral): at strength 0 the tensor does nothing. */
function viewed(context: AdaptContext, name: string, neutral: number): Value | undefined {
  const value = context.own(name);
  const { strength } = context.view;
  if (!value || strength === 1) return value;
  return affine(value, strength, neutral * (1 - strength));
}

/** Linear interpolation with aligned corners from `from` to `to` channels, as a matrix [from, to]. */
function interpolation(from: number, to: number): tf.Tensor2D {
  const weights = new Float32Array(from * to);
  const step = to > 1 ? (from - 1) / (to - 1) : 0;
  for (let target = 0; target < to; target++) {
    const position = target * step;
    const left = Math.min(Math.floor(position), from - 1);
    const right = Math.min(left + 1, from - 1);
    const share = position - left;
    const at = (row: number): number => row * to + target;
    weights[at(left)] = (weights[at(left)] ?? 0) + 1 - share;
    weights[at(right)] = (weights[at(right)] ?? 0) + share;
  }
  return tf.tensor2d(weights, [from, to]);
}
