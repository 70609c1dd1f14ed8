import type { EvaluationMode } from '../../protocol.ts';

interface ModeWords {
  readonly mode: EvaluationMode;
  readonly label: string;
  readonly explanation: string;
}

/** The four ways a trained SAN model can be evaluated, in plain words. */
export const MODES: readonly ModeWords[] = [
  { mode: 'both', label: 'Both', explanation: 'As trained: features and weights are scaled.' },
  {
    mode: 'neuron',
    label: 'Neuron only',
    explanation: 'Each scale acts on its feature; nothing passes on into the next weights.',
  },
  {
    mode: 'synapse',
    label: 'Synapse only',
    explanation: 'Each scale acts only on the next layer’s weights, not on its feature.',
  },
  {
    mode: 'head',
    label: 'Head only',
    explanation: 'All scales at 1: what the new last layer and the norms do alone.',
  },
];

export function modeLabel(mode: EvaluationMode): string {
  return MODES.find((entry) => entry.mode === mode)?.label ?? mode;
}
