import { expect, test } from 'vitest';
import type { AdaptedNetwork, AdaptedSite } from './contract.ts';
import { method } from './adaptformer.ts';

const layer = (name: string, inputs: number, outputs: number): AdaptedSite => ({
  name,
  kind: 'linear',
  role: 'mlp-in',
  inputs,
  outputs,
  kernel: 1,
  presynaptic: null,
  presynapticResized: null,
  offset: true,
});

test('a layer over tokens weighs what it does for every position', () => {
  const [tokens, width] = [10, 40];
  const overTokens = { ...layer('blocks.0.mix', tokens, 8), timesPerPosition: width / tokens };
  const network: AdaptedNetwork = {
    sites: [overTokens, layer('blocks.0.mlp.fc1', width, 100)],
    norms: [],
    mlps: [{ name: 'blocks.0.mlp', width }],
    tokens: null,
  };
  // For the whole image: 40 channels through 10 → 8, and 10 positions through 40 → 100.
  const own = width * tokens * 8 + tokens * width * 100;
  const adapters = tokens * 2 * width * 5;
  expect(method.extraCost(network, { width: 5 })).toBeCloseTo(adapters / own, 10);
});
