/** LoRA (Hu et al., arXiv 2106.09685): frozen weights, and beside each a learned product of two thin matrices. */
import type { PeftMethod } from './contract.ts';
import {
  adaptLowRank,
  createLowRank,
  LOW_RANK_FIELDS,
  refusesLowRank,
} from './parts/low-rank-updates.ts';

export const method = {
  info: {
    name: 'lora',
    label: 'LoRA · low-rank updates',
    summary:
      'Learns a small update of each weight as a product of two thin matrices, and adds it to the weight afterwards.',
    fields: LOW_RANK_FIELDS,
    trainingDefaults: { learningRate: 0.002 },
    hasScales: false,
    foldsAway: true,
    order: 5,
  },
  startsUnchanged: true,
  refuses: refusesLowRank,
  trains: () => false,
  create: createLowRank,
  adapt: (site, context) => ({ lowRank: adaptLowRank(site, context) }),
} satisfies PeftMethod;
