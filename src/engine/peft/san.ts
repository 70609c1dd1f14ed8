/**
 * SAN, Synapses & Neurons (arXiv 2409.06706): one learned scale per feature channel, used
 * twice. Where it sits it multiplies the feature (neuron); in the layer that reads that
 * feature it multiplies the frozen weight's columns (synapse). The scale is shared, so its
 * gradient is the sum of both uses, and afterwards both fold into the weights.
 */
import * as tf from '@tensorflow/tfjs';
import { affine, project } from '../ops/elementwise.ts';
import type { Value } from '../autograd.ts';
import { EngineError } from '../errors.ts';
import { scaleName, type AdaptContext, type AdaptedSite, type PeftMethod } from './contract.ts';

const shiftName = (site: string): string => `${site}.shift`;

export const method = {
  info: {
    name: 'san',
    label: 'SAN · Synapses & Neurons',
    summary:
      'Learns to turn every feature of the frozen network up or down, and carries each change on into the next layer. Nothing is slower afterwards.',
    fields: [
      {
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
            help: 'Also resizes the scale of the attention input to reach its output. Vision transformers only.',
          },
          {
            value: 'none',
            label: 'Not at all',
            help: 'Each scale acts only where it sits.',
          },
        ],
      },
      {
        kind: 'switch',
        name: 'shift',
        label: 'Learn a shift beside each scale',
        help: 'Adds one learned offset per channel after its scale: twice the parameters, rarely needed.',
        advanced: true,
        default: false,
      },
    ],
    trainingDefaults: { learningRate: 0.005 },
    hasScales: true,
  },

  trains: (param) => param.role === 'norm',

  create(sites, options) {
    checkPropagation(sites, options);
    return sites.flatMap(({ name, outputs }) => [
      { name: scaleName(name), shape: [outputs], initial: new Float32Array(outputs).fill(1) },
      ...(options['shift'] === true
        ? [{ name: shiftName(name), shape: [outputs], initial: new Float32Array(outputs) }]
        : []),
    ]);
  },

  adapt(site, context) {
    const { mode } = context.view;
    const neuron = mode === 'both' || mode === 'neuron';
    const synapse = mode === 'both' || mode === 'synapse';
    return {
      scaleOut: neuron ? viewed(context, scaleName(site.name), 1) : undefined,
      shift: neuron ? viewed(context, shiftName(site.name), 0) : undefined,
      scaleIn: synapse ? propagated(site, context) : undefined,
    };
  },
} satisfies PeftMethod;

function checkPropagation(sites: readonly AdaptedSite[], options: AdaptContext['options']): void {
  const across = sites.some((site) => site.presynapticResized);
  if (options['propagation'] !== 'interpolated' || across) return;
  throw new EngineError(
    'bad-setting',
    'Scales can be carried across attention only where a network has attention; this backbone has none. Choose “As published”.',
  );
}

/** The scale of the site before, as this site's weights feel it. */
function propagated(site: AdaptedSite, context: AdaptContext): Value | undefined {
  const propagation = context.options['propagation'];
  if (propagation === 'none') return undefined;
  if (site.presynaptic) return viewed(context, scaleName(site.presynaptic), 1);
  if (propagation !== 'interpolated' || !site.presynapticResized) return undefined;
  const scale = viewed(context, scaleName(site.presynapticResized), 1);
  if (!scale) return undefined;
  const from = scale.shape[0] ?? 1;
  const matrix = context.constant(`interpolation ${from} to ${site.inputs}`, () =>
    interpolation(from, site.inputs),
  );
  return project(scale, matrix);
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
