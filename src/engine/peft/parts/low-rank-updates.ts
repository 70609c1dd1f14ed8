/** Low-rank updates of frozen weights (LoRA, arXiv 2106.09685), on the layers a person chose. */
import type { Rng } from '../../../lib/rng.ts';
import type { Field } from '../../../protocol.ts';
import type { SiteRole } from '../../backbones/contract.ts';
import type { LowRank } from '../../ops/low-rank.ts';
import type { AdaptContext, AdaptedNetwork, AdaptedSite, OwnTensor } from '../contract.ts';

const RANK = 'r';
const ALPHA = 'alpha';
const DROPOUT = 'dropout';
const LAYERS = 'layers';

export const LOW_RANK_FIELDS = [
  {
    kind: 'number',
    name: RANK,
    label: 'Rank',
    help: 'How many directions each layer may learn. More can express more and needs more memory.',
    advanced: false,
    default: 8,
    min: 1,
    max: 64,
    integer: true,
    scale: 'log',
    unit: null,
  },
  {
    kind: 'number',
    name: ALPHA,
    label: 'Alpha',
    help: 'Strength of the update: it is multiplied by alpha divided by the rank.',
    advanced: true,
    default: 16,
    min: 1,
    max: 256,
    integer: false,
    scale: 'log',
    unit: null,
  },
  {
    kind: 'number',
    name: DROPOUT,
    label: 'Dropout',
    help: 'Share of the update’s inputs that are left out at random in every training step, against learning by heart.',
    advanced: true,
    default: 0,
    min: 0,
    max: 0.9,
    integer: false,
    scale: 'linear',
    unit: null,
  },
  {
    kind: 'choice',
    name: LAYERS,
    label: 'Layers to update',
    help: 'Which layers get an update of their own.',
    advanced: true,
    default: 'all',
    options: [
      {
        value: 'all',
        label: 'Attention and MLP',
        help: 'Every linear layer inside the blocks; in a purely convolutional network every convolution.',
      },
      {
        value: 'attention',
        label: 'Attention only',
        help: 'Queries, keys, values and the way out of attention.',
      },
      { value: 'mlp', label: 'MLP only', help: 'The two linear layers after attention.' },
    ],
  },
] satisfies Field[];

const ATTENTION: readonly SiteRole[] = ['qkv', 'projection'];
const MLP: readonly SiteRole[] = ['mlp-in', 'mlp-out'];

type Options = AdaptContext['options'];

export function refusesLowRank(network: AdaptedNetwork, options: Options): string | null {
  if (updatedSites(network, options).length > 0) return null;
  const wish = options[LAYERS] === 'attention' ? 'attention' : 'MLPs';
  return `This network has no ${wish} to update. Choose other layers.`;
}

/** A random, B zero, as published: the product starts at nothing. */
export function createLowRank(network: AdaptedNetwork, options: Options, rng: Rng): OwnTensor[] {
  const rank = Number(options[RANK]);
  return updatedSites(network, options).flatMap(({ name, inputs, outputs, kernel, kind }) => {
    const columns = (kind === 'depthwise' ? 1 : inputs) * kernel ** 2;
    const bound = 1 / Math.sqrt(columns); // Kaiming-uniform with a = √5
    const draw = (): number => bound * (2 * rng.uniform() - 1);
    return [
      {
        name: downName(name),
        shape: [rank, columns],
        initial: Float32Array.from({ length: rank * columns }, draw),
      },
      { name: upName(name), shape: [outputs, rank], initial: new Float32Array(outputs * rank) },
    ];
  });
}

/** The update of one site, `strength` times as strong as trained. */
export function adaptLowRank(
  site: AdaptedSite,
  { own, options, noise }: AdaptContext,
  strength = 1,
): LowRank | undefined {
  const down = own(downName(site.name));
  const up = own(upName(site.name));
  if (!down || !up) return undefined;
  const rate = Number(options[DROPOUT]);
  return {
    down,
    up,
    factor: (strength * Number(options[ALPHA])) / Number(options[RANK]),
    dropout: noise && rate > 0 ? { rate, noise } : undefined,
  };
}

/** Layers of the chosen kind; a network without any linear ones inside has its convolutions updated. */
function updatedSites({ sites }: AdaptedNetwork, options: Options): AdaptedSite[] {
  const wish = options[LAYERS];
  const roles = wish === 'attention' ? ATTENTION : wish === 'mlp' ? MLP : [...ATTENTION, ...MLP];
  const chosen = sites.filter((site) => roles.includes(site.role));
  if (chosen.length > 0 || wish !== 'all') return chosen;
  return sites.filter((site) => site.kind === 'conv');
}

const downName = (site: string): string => `${site}.lora_A`;
const upName = (site: string): string => `${site}.lora_B`;
