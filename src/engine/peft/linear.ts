import type { PeftMethod } from './contract.ts';

/** Linear probe: the network stays as it is, only a new classifier on top learns. */
export const method = {
  info: {
    name: 'linear',
    label: 'Linear probe',
    summary:
      'Trains only a new last layer and leaves the network untouched: quick, and the mark to beat.',
    fields: [],
    trainingDefaults: { learningRate: 0.005 },
    hasScales: false,
    foldsAway: true,
    order: 3,
  },
  startsUnchanged: true,
  leavesBlocks: true,
  trains: () => false,
} satisfies PeftMethod;
