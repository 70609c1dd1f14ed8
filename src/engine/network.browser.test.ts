import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { createRng } from '../lib/rng.ts';
import type { StateDict } from '../lib/safetensors.ts';
import type { FormValues } from '../protocol.ts';
import { backends, useBackend } from '../testing/devices.ts';
import { microBackbone, microNames } from '../testing/micro-backbone.ts';
import { fieldDefaults } from './form.ts';
import type { LoadedBackbone } from './loaded-backbone.ts';
import { Network } from './network.ts';
import type { PeftMethod, View } from './peft/contract.ts';
import { allMethods, methodNamed } from './peft/registry.ts';

const CLASSES = 4;

const micros = await Promise.all(microNames.map((name) => microBackbone(name)));

/**
 * The goldens hold what every network computes to PyTorch on both backends; for the methods around
 * them WebGPU needs one network of tokens and one of convolutions.
 */
const onWebgpu = await Promise.all(
  ['vit-micro', 'resnet-micro-bottleneck'].map((name) => microBackbone(name)),
);

function networkOf(
  { backbone, weights }: LoadedBackbone,
  method: PeftMethod,
  options: FormValues = {},
  trained?: StateDict,
): Network {
  return new Network({
    backbone,
    method,
    options: { ...fieldDefaults(method.info.fields), ...options },
    weights,
    classes: CLASSES,
    rng: createRng(3),
    trained,
  });
}

/** Moves every trained value a little, as training would. */
async function disturb(network: Network): Promise<void> {
  const rng = createRng(5);
  const moved = [...(await network.trained())].map(
    ([name, { shape, data }]) =>
      [name, { shape, data: data.map((value) => value + 0.1 * rng.normal()) }] as const,
  );
  network.restore(new Map(moved));
}

async function logits(network: Network, view?: View): Promise<Float32Array> {
  const size = network.backbone.imageSize;
  const images = tf.randomNormal<tf.Rank.R4>([2, size, size, 3], 0, 1, 'float32', 7);
  const output = network.predict(images, { view });
  const values = Float32Array.from(await output.data());
  tf.dispose([images, output]);
  return values;
}

/** Of two networks' logits, which then are done with. */
async function differenceOf(one: Network, other: Network): Promise<number> {
  const result = difference(await logits(one), await logits(other));
  one.dispose();
  other.dispose();
  return result;
}

function difference(a: Float32Array, b: Float32Array): number {
  return Math.max(...a.map((value, i) => Math.abs(value - (b[i] ?? Number.NaN))));
}

/** The merged weights in a network that knows no method, as any other program would load them. */
function reloaded(network: Network, merged: StateDict): Network {
  return new Network({
    backbone: network.backbone,
    method: methodNamed('linear'),
    options: {},
    weights: merged,
    classes: CLASSES,
    rng: createRng(0),
    trained: merged,
  });
}

describe.each(backends)('on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  describe.each(backend === 'wasm' ? micros : onWebgpu)('$info.name', (loaded) => {
    const { refusals } = loaded.info;
    const suited = allMethods().filter(({ info }) => !(info.name in refusals));
    const named = (method: PeftMethod, options: FormValues = {}): [string, FormValues] => [
      method.info.name,
      options,
    ];
    const hasAttention = loaded.backbone.sites.some((site) => site.role === 'qkv');

    test.each(suited.filter((method) => method.startsUnchanged))(
      '$info.name leaves the output unchanged at first',
      async (method) => {
        const adapted = networkOf(loaded, method);
        const plain = networkOf(loaded, methodNamed('linear'), {}, await adapted.trained());
        expect(await differenceOf(adapted, plain)).toBeLessThan(1e-5);
      },
    );

    test.each([
      ...suited.filter(({ info }) => info.foldsAway).map((method) => named(method)),
      named(methodNamed('san'), { shift: true }),
      named(methodNamed('san'), {
        shift: true,
        propagation: hasAttention ? 'interpolated' : 'none',
      }),
      named(methodNamed('san_lora'), { shift: true }),
    ])('%s %o merged says what it says unmerged', async (name, options) => {
      const network = networkOf(loaded, methodNamed(name), options);
      const before = await logits(network);
      await disturb(network);
      expect(difference(before, await logits(network))).toBeGreaterThan(0.01);
      expect(network.extraCost).toBe(0);
      const twin = reloaded(network, await network.merged());
      expect(await differenceOf(network, twin)).toBeLessThan(1e-4);
    });

    const staying = suited.filter(({ info }) => !info.foldsAway);
    test.runIf(staying.length > 0).each(staying)(
      '$info.name stays beside the weights: it costs something, and cannot be merged',
      async (method) => {
        const network = networkOf(loaded, method);
        expect(network.extraCost).toBeGreaterThan(0);
        await expect(network.merged()).rejects.toThrow(/Only methods that fold into the weights/);
        network.dispose();
      },
    );

    test.each(suited)('$info.name says the same again from its adapter', async (method) => {
      const network = networkOf(loaded, method);
      await disturb(network);
      const again = networkOf(loaded, method, {}, await network.trained());
      expect(await differenceOf(network, again)).toBe(0);
    });

    test('every tensor lies in exactly one stretch', () => {
      const { params, stretches, heads } = loaded.backbone;
      const held = stretches.flatMap(({ holds }) => holds);
      const names = [...params.map(({ name }) => name), ...heads.map((head) => `${head}.weight`)];
      const holders = names.map(
        (name) => held.filter((part) => name === part || name.startsWith(`${part}.`)).length,
      );
      expect(holders).toEqual(names.map(() => 1));
    });

    test.each(suited.filter(({ leavesBlocks }) => !leavesBlocks))(
      '$info.name on the last block alone leaves all before it as it was',
      async (method) => {
        const network = networkOf(loaded, method, { lastBlocks: 1 });
        const { stretches } = loaded.backbone;
        const last = stretches.findLastIndex(({ isBlock }) => isBlock);
        expect(network.frozenPart().stretches).toBe(last);
        const before = await logits(network);
        await disturb(network);
        expect(difference(before, await logits(network))).toBeGreaterThan(0.01);
        if (method.info.foldsAway) {
          const twin = reloaded(network, await network.merged());
          expect(await differenceOf(network, twin)).toBeLessThan(1e-4);
        } else network.dispose();
      },
    );

    test.each(Object.entries(refusals))('%s is refused: %s', (name, reason) => {
      expect(() => networkOf(loaded, methodNamed(name))).toThrow(reason);
    });

    test.each(suited.filter(({ info }) => info.hasScales))(
      'strength 0 of $info.name is the head alone, and every mode differs',
      async (method) => {
        const network = networkOf(loaded, method, { shift: true });
        await disturb(network);
        const [both, neuron, synapse, head] = [
          await logits(network, { mode: 'both', strength: 1 }),
          await logits(network, { mode: 'neuron', strength: 1 }),
          await logits(network, { mode: 'synapse', strength: 1 }),
          await logits(network, { mode: 'head', strength: 1 }),
        ];
        const off = await logits(network, { mode: 'both', strength: 0 });
        expect(difference(off, head)).toBeLessThan(1e-5);
        for (const [one, other] of [
          [both, neuron],
          [both, synapse],
          [neuron, synapse],
          [synapse, head],
        ] as const) {
          expect(difference(one, other)).toBeGreaterThan(1e-3);
        }
        network.dispose();
      },
    );
  });
});

test.each([
  ['resnet-micro-bottleneck', 'san', { propagation: 'interpolated' }, /this backbone has none/],
  ['resnet-micro-bottleneck', 'lora', { layers: 'attention' }, /has no attention to update/],
  ['resnet-micro-bottleneck', 'adaptformer', {}, /made of convolutions alone/],
  ['resnet-micro-bottleneck', 'vpt_deep', {}, /need a transformer/],
] as const)('%s refuses %s %o in a sentence', async (name, method, options, sentence) => {
  const loaded = await microBackbone(name);
  expect(() => networkOf(loaded, methodNamed(method), options)).toThrow(sentence);
});
