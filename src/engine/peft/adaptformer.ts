/**
 * AdaptFormer (Chen et al., arXiv 2205.13535): beside each MLP a narrow one of its own reads the
 * block's stream of features: y' = y + s · up(relu(down(x))). It keeps its nonlinearity, so it
 * cannot fold away.
 */
import type { Rng } from '../../lib/rng.ts';
import { add, affine, relu } from '../ops/elementwise.ts';
import type { AdaptedNetwork, AdaptedSite, OwnTensor, PeftMethod } from './contract.ts';

const WIDTH = 'width';
const STRENGTH = 'scale';

export const method = {
  info: {
    name: 'adaptformer',
    label: 'AdaptFormer · parallel adapters',
    summary: 'Puts a small trainable network beside every MLP and leaves the rest as it is.',
    fields: [
      {
        kind: 'number',
        name: WIDTH,
        label: 'Adapter width',
        help: 'Features inside each added network. Wider can learn more and makes every prediction slower.',
        advanced: false,
        default: 16,
        min: 1,
        max: 256,
        integer: true,
        scale: 'log',
        unit: null,
      },
      {
        kind: 'number',
        name: STRENGTH,
        label: 'Adapter strength',
        help: 'What the added networks’ output is multiplied by before it joins the stream.',
        advanced: true,
        default: 0.1,
        min: 0.01,
        max: 10,
        integer: false,
        scale: 'log',
        unit: null,
      },
    ],
    trainingDefaults: { learningRate: 0.005 },
    hasScales: false,
    foldsAway: false,
    order: 12,
  },
  startsUnchanged: true,
  refuses: ({ mlps }) =>
    mlps.length > 0
      ? null
      : 'Adapters stand beside MLPs, and this backbone has none: it is made of convolutions alone.',
  trains: () => false,
  create: ({ mlps }, options, rng) =>
    mlps.flatMap(({ name, width }) => adapter(name, width, Number(options[WIDTH]), rng)),
  beside(mlp, x, y, { options, linear }) {
    const narrow = relu(linear(`${mlp}.adapter.down`, x));
    return add(y, affine(linear(`${mlp}.adapter.up`, narrow), Number(options[STRENGTH]), 0));
  },
  extraCost: cost,
} satisfies PeftMethod;

/** Kaiming-uniform (a = √5) on the way down, zeros on the way up: the branch starts at nothing. */
function adapter(mlp: string, width: number, inner: number, rng: Rng): OwnTensor[] {
  const bound = 1 / Math.sqrt(width);
  const draw = (): number => bound * (2 * rng.uniform() - 1);
  const tensor = (name: string, shape: number[], initial: Float32Array): OwnTensor => ({
    name: `${mlp}.adapter.${name}`,
    shape,
    initial,
  });
  return [
    tensor('down.weight', [inner, width], Float32Array.from({ length: inner * width }, draw)),
    tensor('down.bias', [inner], new Float32Array(inner)),
    tensor('up.weight', [width, inner], new Float32Array(width * inner)),
    tensor('up.bias', [width], new Float32Array(width)),
  ];
}

/** Multiplications of an adapter over those of its block's linear layers, in the mean over blocks. */
function cost({ mlps, sites }: AdaptedNetwork, options: Readonly<Record<string, unknown>>): number {
  const shares = mlps.map(({ name, width }) => {
    const block = name.replace(/[^.]+$/, '');
    const own = sites
      .filter((site) => site.name.startsWith(block))
      .reduce((sum, site) => sum + multiplications(site), 0);
    return (2 * width * Number(options[WIDTH])) / own;
  });
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

/** For every position of its block. */
function multiplications(site: AdaptedSite): number {
  const fanIn = site.kind === 'depthwise' ? 1 : site.inputs;
  return site.outputs * site.kernel ** 2 * fanIn * (site.timesPerPosition ?? 1);
}
