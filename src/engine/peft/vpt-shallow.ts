/** Visual Prompt Tuning (Jia et al., arXiv 2203.12119), shallow: learned tokens before the first block. */
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
    name: 'vpt_shallow',
    label: 'VPT · shallow prompts',
    summary: 'Learns a few extra tokens that the transformer reads together with the image.',
    fields: [PROMPT_FIELD],
    trainingDefaults: { learningRate: 0.01 },
    hasScales: false,
    foldsAway: false,
    order: 9,
  },
  startsUnchanged: false,
  refuses: refusesPrompts,
  trains: () => false,
  create: (network, options, rng) => createPrompts(network, 1, options, rng),
  tokens: placePrompts,
  extraCost: promptCost,
} satisfies PeftMethod;
