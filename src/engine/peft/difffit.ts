/**
 * DiffFit (Xie et al., arXiv 2304.06648): every bias and norm, and a learned scale on what attention
 * and MLP of each block add to the features.
 */
import type { SiteRole } from '../backbones/contract.ts';
import { scaleName, type AdaptedNetwork, type AdaptedSite, type PeftMethod } from './contract.ts';

/** Layers whose outputs a block adds to what it was given. */
const BRANCH_ENDS: readonly SiteRole[] = ['projection', 'mlp-out'];

export const method = {
  info: {
    name: 'difffit',
    label: 'DiffFit · biases, norms, block scales',
    summary:
      'Trains the offsets and the normalisation layers, and how strongly each block changes the features.',
    fields: [],
    trainingDefaults: { learningRate: 0.005 },
    hasScales: false,
    foldsAway: true,
    order: 13,
  },
  startsUnchanged: true,
  refuses: (network) =>
    branchEnds(network).length > 0
      ? null
      : 'DiffFit scales what attention and MLPs add, and this backbone has neither. Norm tuning does the rest of it.',
  trains: ({ role }) => role === 'bias' || role === 'norm',
  create: (network) =>
    branchEnds(network).map(({ name, outputs }) => ({
      name: scaleName(name),
      shape: [outputs],
      initial: new Float32Array(outputs).fill(1),
    })),
  adapt: ({ name }, { own }) => ({ scaleOut: own(scaleName(name)) }),
} satisfies PeftMethod;

function branchEnds({ sites }: AdaptedNetwork): AdaptedSite[] {
  return sites.filter(({ role }) => BRANCH_ENDS.includes(role));
}
