import type { PeftMethod } from './contract.ts';

/** Full fine-tuning: every weight learns; batch-norm statistics stay frozen. */
export const method = {
  info: {
    name: 'full',
    label: 'Full fine-tuning',
    summary:
      'Trains every weight of the network: slower, needs more memory, and forgets more easily on few images.',
    fields: [],
    trainingDefaults: { learningRate: 0.0005 },
    hasScales: false,
    foldsAway: true,
    order: 4,
  },
  startsUnchanged: true,
  trains: (param) => param.role !== 'statistic',
} satisfies PeftMethod;
