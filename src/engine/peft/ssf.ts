/**
 * SSF, Scaling & Shifting your Features (Lian et al., arXiv 2210.08823): y = γ ⊙ (…) + β behind
 * every layer, and behind layer norms where the network lists them. Everything else stays frozen.
 */
import type { Rng } from '../../lib/rng.ts';
import {
  scaleName,
  shiftName,
  type AdaptContext,
  type OwnTensor,
  type PeftMethod,
} from './contract.ts';
import type { ChannelChange } from '../ops/channels.ts';

/** Standard deviation of the first scales around 1 and shifts around 0. */
const SPREAD = 0.02;

export const method = {
  info: {
    name: 'ssf',
    label: 'SSF · scale and shift',
    summary:
      'Learns to stretch and move every feature, layer by layer, without carrying the change on.',
    fields: [],
    trainingDefaults: { learningRate: 0.005 },
    hasScales: false,
    foldsAway: true,
    order: 8,
  },
  startsUnchanged: false,
  trains: () => false,
  create: ({ sites, norms }, _options, rng) => [
    ...sites.flatMap(({ name, outputs, offset }) => drawn(name, outputs, offset, rng)),
    ...norms.flatMap(({ name, width }) => drawn(name, width, true, rng)),
  ],
  adapt: (site, context) => change(site.name, context),
  adaptNorm: change,
} satisfies PeftMethod;

/** A scale, and a shift where there is an offset for it to fold into. */
function drawn(name: string, width: number, offset: boolean, rng: Rng): OwnTensor[] {
  const around = (middle: number): Float32Array =>
    Float32Array.from({ length: width }, () => middle + SPREAD * rng.normal());
  const scale = { name: scaleName(name), shape: [width], initial: around(1) };
  return offset ? [scale, { name: shiftName(name), shape: [width], initial: around(0) }] : [scale];
}

function change(name: string, { own }: AdaptContext): ChannelChange {
  return { scaleOut: own(scaleName(name)), shift: own(shiftName(name)) };
}
