import type { PeftMethod } from './contract.ts';

/** Norm tuning: the scales and offsets of every normalisation layer, and the head. */
export const method = {
  info: {
    name: 'norm',
    label: 'Norm tuning',
    summary: 'Trains only the scales and offsets inside the normalisation layers, and a new head.',
    fields: [],
    trainingDefaults: { learningRate: 0.005 },
    hasScales: false,
    foldsAway: true,
    order: 6,
  },
  startsUnchanged: true,
  trains: (param) => param.role === 'norm',
} satisfies PeftMethod;
