import type { PeftMethod } from './contract.ts';

/** BitFit (Ben Zaken et al., arXiv 2106.10199): every bias, those of norms among them, and the head. */
export const method = {
  info: {
    name: 'bitfit',
    label: 'BitFit · biases only',
    summary: 'Trains only the offsets that each layer adds, and a new head.',
    fields: [],
    trainingDefaults: { learningRate: 0.005 },
    hasScales: false,
    foldsAway: true,
    order: 7,
  },
  startsUnchanged: true,
  trains: (param) =>
    param.role === 'bias' || (param.role === 'norm' && param.name.endsWith('.bias')),
} satisfies PeftMethod;
