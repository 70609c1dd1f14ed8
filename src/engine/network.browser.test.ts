import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { createRng } from '../lib/rng.ts';
import type { StateDict } from '../lib/safetensors.ts';
import type { FormValues } from '../protocol.ts';
import { backends, useBackend } from '../testing/devices.ts';
import { microBackbone, microNames } from '../testing/micro-backbone.ts';
import { fieldDefaults } from './form.ts';
import { Network } from './network.ts';
import type { PeftMethod, View } from './peft/contract.ts';
import { allMethods, methodNamed } from './peft/registry.ts';

const CLASSES = 4;

async function networkOf(
  name: (typeof microNames)[number],
  method: PeftMethod,
  options: FormValues = {},
): Promise<Network> {
  const { backbone, weights } = await microBackbone(name);
  const all = { ...fieldDefaults(method.info.fields), ...options };
  return new Network({
    backbone,
    method,
    options: all,
    weights,
    classes: CLASSES,
    rng: createRng(3),
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
  const output = network.predict(images, view);
  const values = Float32Array.from(await output.data());
  tf.dispose([images, output]);
  return values;
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

async function mergesUnchanged(
  name: (typeof microNames)[number],
  method: string,
  options: FormValues,
): Promise<void> {
  const network = await networkOf(name, methodNamed(method), options);
  const before = await logits(network);
  await disturb(network);
  const unmerged = await logits(network);
  expect(difference(before, unmerged)).toBeGreaterThan(0.01);
  const twin = reloaded(network, await network.merged());
  expect(difference(unmerged, await logits(twin))).toBeLessThan(1e-4);
  network.dispose();
  twin.dispose();
}

const variants: [string, FormValues][] = [
  ...allMethods().map((method): [string, FormValues] => [method.info.name, {}]),
  ['san', { shift: true }],
  ['san', { propagation: 'none', shift: true }],
];

describe.each(backends)('on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  describe.each(microNames)('%s', (name) => {
    test.each(allMethods())('$info.name leaves the output unchanged at first', async (method) => {
      const adapted = await networkOf(name, method);
      const plain = await networkOf(name, methodNamed('linear'));
      plain.restore(
        new Map(
          [...(await adapted.trained())].filter(([key]) => key.startsWith(plain.backbone.headName)),
        ),
      );
      expect(difference(await logits(adapted), await logits(plain))).toBeLessThan(1e-5);
      adapted.dispose();
      plain.dispose();
    });

    test.each(variants)('%s %o merged says what it says unmerged', (method, options) =>
      mergesUnchanged(name, method, options),
    );

    if (name === 'vit-micro') {
      test('san carried across attention merges too', () =>
        mergesUnchanged(name, 'san', { propagation: 'interpolated' }));
    } else {
      test('san cannot be carried across attention that is not there', async () => {
        const across = networkOf(name, methodNamed('san'), { propagation: 'interpolated' });
        await expect(across).rejects.toThrow(/this backbone has none/);
      });
    }

    test('strength 0 is the head alone, and every mode differs', async () => {
      const network = await networkOf(name, methodNamed('san'), { shift: true });
      await disturb(network);
      const [both, neuron, synapse, head] = [
        await logits(network, { mode: 'both', strength: 1 }),
        await logits(network, { mode: 'neuron', strength: 1 }),
        await logits(network, { mode: 'synapse', strength: 1 }),
        await logits(network, { mode: 'head', strength: 1 }),
      ];
      expect(difference(await logits(network, { mode: 'both', strength: 0 }), head)).toBeLessThan(
        1e-5,
      );
      for (const [one, other] of [
        [both, neuron],
        [both, synapse],
        [neuron, synapse],
        [synapse, head],
      ] as const) {
        expect(difference(one, other)).toBeGreaterThan(1e-3);
      }
      network.dispose();
    });
  });
});
