/**
 * (IA)³ (Liu et al., arXiv 2205.05638): one learned vector on the keys, one on the values, and
 * one on the features inside each MLP; in a convolutional network, on the features inside each
 * residual block. All start at 1 and fold into the weights.
 */
import type { SiteRole } from '../backbones/contract.ts';
import { joinChannels } from '../ops/channels.ts';
import type { Adaptation } from '../ops/linear.ts';
import type { AdaptContext, AdaptedSite, OwnTensor, PeftMethod } from './contract.ts';

/** Layers that read what lives inside a block only. */
const INNER: readonly SiteRole[] = ['mlp-out', 'inner-convolution'];

const keyName = (site: string): string => `${site}.key_scale`;
const valueName = (site: string): string => `${site}.value_scale`;
const inputName = (site: string): string => `${site}.input_scale`;

export const method = {
  info: {
    name: 'ia3',
    label: '(IA)³ · keys, values, hidden features',
    summary:
      'Learns to turn the keys and values of attention, and the features inside each block, up or down: very few numbers.',
    fields: [],
    trainingDefaults: { learningRate: 0.01 },
    hasScales: false,
    foldsAway: true,
    order: 11,
  },
  startsUnchanged: true,
  trains: () => false,
  create: ({ sites }) => sites.flatMap(vectorsOf),
  adapt,
} satisfies PeftMethod;

function vectorsOf({ name, role, inputs, outputs }: AdaptedSite): OwnTensor[] {
  const ones = (tensor: string, width: number): OwnTensor => ({
    name: tensor,
    shape: [width],
    initial: new Float32Array(width).fill(1),
  });
  if (role === 'qkv') return [ones(keyName(name), outputs / 3), ones(valueName(name), outputs / 3)];
  return INNER.includes(role) ? [ones(inputName(name), inputs)] : [];
}

function adapt({ name, outputs }: AdaptedSite, { own, ones }: AdaptContext): Adaptation {
  const keys = own(keyName(name));
  const values = own(valueName(name));
  return {
    scaleOut: keys && values ? joinChannels([ones(outputs / 3), keys, values]) : undefined,
    scaleIn: own(inputName(name)),
  };
}
