/**
 * SAN with low-rank updates, as the ICML version of the paper (arXiv 2409.06706) combines them:
 * y = γ_out ⊙ ((W + α/r · B·A) (γ_in ⊙ x) + b). The update is part of the synapse: it is seen
 * in the modes "both" and "synapse", as strong as the view asks.
 */
import type { PeftMethod } from './contract.ts';
import {
  adaptLowRank,
  createLowRank,
  LOW_RANK_FIELDS,
  refusesLowRank,
} from './parts/low-rank-updates.ts';
import {
  adaptScales,
  createScales,
  partsInView,
  PROPAGATION,
  refusesPropagation,
  SHIFT,
} from './parts/synaptic-scales.ts';

export const method = {
  info: {
    name: 'san_lora',
    label: 'SAN + LoRA',
    summary:
      'SAN’s scales together with a small learned update of each weight: more to learn with, and still nothing slower afterwards.',
    fields: [...LOW_RANK_FIELDS, PROPAGATION, SHIFT],
    trainingDefaults: { learningRate: 0.0025 },
    hasScales: true,
    foldsAway: true,
    order: 2,
  },
  startsUnchanged: true,
  refuses: (network, options) =>
    refusesPropagation(network, options) ?? refusesLowRank(network, options),
  trains: (param) => param.role === 'norm',
  create: (network, options, rng) => [
    ...createScales(network, options),
    ...createLowRank(network, options, rng),
  ],
  adapt: (site, context) => ({
    ...adaptScales(site, context),
    lowRank: partsInView(context).synapse
      ? adaptLowRank(site, context, context.view.strength)
      : undefined,
  }),
} satisfies PeftMethod;
