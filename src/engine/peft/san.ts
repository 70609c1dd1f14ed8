/**
 * SAN, Synapses & Neurons (arXiv 2409.06706): one learned scale per feature channel, used
 * twice. Where it sits it multiplies the feature (neuron); in the layer that reads that
 * feature it multiplies the frozen weight's columns (synapse). The scale is shared, so its
 * gradient is the sum of both uses, and afterwards both fold into the weights.
 */
import type { PeftMethod } from './contract.ts';
import {
  adaptScales,
  createScales,
  PROPAGATION,
  refusesPropagation,
  SHIFT,
} from './parts/synaptic-scales.ts';

export const method = {
  info: {
    name: 'san',
    label: 'SAN · Synapses & Neurons',
    summary:
      'Learns to turn every feature of the frozen network up or down, and carries each change on into the next layer. Nothing is slower afterwards.',
    fields: [PROPAGATION, SHIFT],
    trainingDefaults: { learningRate: 0.005 },
    hasScales: true,
    foldsAway: true,
    order: 1,
  },
  startsUnchanged: true,
  refuses: refusesPropagation,
  trains: (param) => param.role === 'norm',
  create: createScales,
  adapt: adaptScales,
} satisfies PeftMethod;
