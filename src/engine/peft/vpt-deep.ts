/** Visual Prompt Tuning (Jia et al., arXiv 2203.12119), deep: learned tokens anew before every block. */
import type { PeftMethod } from './contract.ts';
import {
  createPrompts,
  placePrompts,
  PROMPT_FIELD,
  promptCost,
  refusesPrompts,
} from './parts/prompts.ts';

export const method = {
  info: {
    name: 'vpt_deep',
    label: 'VPT · deep prompts',
    summary: 'Learns a few extra tokens for every block of the transformer.',
    fields: [PROMPT_FIELD],
    trainingDefaults: { learningRate: 0.01 },
    hasScales: false,
    foldsAway: false,
    order: 10,
  },
  startsUnchanged: false,
  refuses: refusesPrompts,
  trains: () => false,
  create: (network, options, rng) =>
    createPrompts(network, network.tokens?.blocks ?? 0, options, rng),
  tokens: placePrompts,
  extraCost: promptCost,
} satisfies PeftMethod;
