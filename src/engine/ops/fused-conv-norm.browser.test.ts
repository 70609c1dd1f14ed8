import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '../../testing/devices.ts';
import { expectAlike, opResults } from '../../testing/op-results.ts';
import { Value } from '../autograd.ts';
import { Param } from '../params.ts';
import { convNormReference } from './conv-norm.ts';
import { add, relu } from './elementwise.ts';
import { fusedConvNorm } from './fused-conv-norm.ts';

beforeAll(() => useBackend('webgpu'));

const random = (shape: number[], seed: number): tf.Tensor =>
  tf.randomNormal(shape, 0, 1, 'float32', seed);

interface Case {
  readonly side: readonly [number, number];
  readonly inputs: number;
  readonly outputs: number;
  readonly size: number;
  readonly stride: number;
  readonly padding: number;
}

const cases: Case[] = [
  { side: [8, 8], inputs: 4, outputs: 8, size: 3, stride: 1, padding: 1 },
  { side: [9, 7], inputs: 8, outputs: 12, size: 3, stride: 2, padding: 1 },
  { side: [6, 5], inputs: 12, outputs: 8, size: 1, stride: 1, padding: 0 },
  { side: [8, 6], inputs: 16, outputs: 4, size: 1, stride: 2, padding: 0 },
];

/** Which parameters there are to train: of the method, or of the network itself. */
const trainings = {
  'scales and shifts': ['x', 'scaleIn', 'scaleOut', 'shift'],
  'one scale': ['scaleOut'],
  'the network': ['x', 'kernel', 'weight', 'bias'],
  'the norm': ['weight', 'bias'],
  'the norm and scales': ['x', 'weight', 'bias', 'scaleIn', 'scaleOut'],
  'the norm, a scale and a shift': ['weight', 'bias', 'scaleOut', 'shift'],
};

async function layer({ side, inputs, outputs, size }: Case, trained: readonly string[]) {
  const param = async (name: string, tensor: tf.Tensor): Promise<Param> => {
    const data = Float32Array.from(await tensor.data());
    return new Param(name, { shape: tensor.shape, data }, trained.includes(name));
  };
  const value = (name: string, shape: number[], seed: number): Value | undefined =>
    trained.includes(name) ? new Value(random(shape, seed), true) : undefined;
  const image = random([2, ...side, inputs], 1);
  const x = value('x', image.shape, 1) ?? new Value(image);
  const kernel = await param('kernel', random([outputs, inputs, size, size], 2));
  const norm = {
    weight: await param('weight', random([outputs], 3)),
    bias: await param('bias', random([outputs], 4)),
    mean: await param('mean', random([outputs], 5)),
    variance: await param('variance', tf.add(tf.square(random([outputs], 6)), 0.5)),
    epsilon: 1e-5,
  };
  const adaptation = {
    scaleIn: value('scaleIn', [inputs], 7),
    scaleOut: value('scaleOut', [outputs], 8),
    shift: value('shift', [outputs], 9),
  };
  const own = { kernel: kernel.value, weight: norm.weight.value, bias: norm.bias.value };
  return { x, kernel, norm, adaptation, leaves: { x, ...own, ...adaptation } };
}

const endings = {
  nothing: (y: Value) => y,
  'a ReLU': relu,
  'a sum and a ReLU': (y: Value, residual: Value) => relu(add(y, residual)),
} satisfies Record<string, (y: Value, residual: Value) => Value>;

describe.each(Object.entries(trainings))('training %s', (_, trained) => {
  describe.each(Object.entries(endings))('followed by %s', (__, end) => {
    test.each(cases)(
      '$size×$size every $stride over $side, $inputs to $outputs channels, is the reference, gradients too',
      async (shapes) => {
        const { stride, padding } = shapes;
        const { x, kernel, norm, adaptation, leaves } = await layer(shapes, trained);
        const reference = (): Value =>
          convNormReference(x, kernel, norm, { stride, padding }, adaptation);
        const residual = new Value(random(reference().shape, 10), true);
        const all = { ...leaves, residual };
        const expected = await opResults(() => end(reference(), residual), all);
        const found = await opResults(() => {
          const fused = fusedConvNorm(x, kernel, norm, { stride, padding }, adaptation);
          if (!fused) throw new Error('The device has a kernel for this layer.');
          return end(fused, residual);
        }, all);
        expectAlike(found, expected);
      },
    );
  });
});

test('pixels have three channels', async () => {
  const shapes = { side: [11, 11], inputs: 3, outputs: 4, size: 7, stride: 2, padding: 3 } as const;
  const { x, kernel, norm, leaves } = await layer(shapes, ['kernel', 'weight', 'bias']);
  const expected = await opResults(() => convNormReference(x, kernel, norm, shapes), leaves);
  const found = await opResults(() => {
    const fused = fusedConvNorm(x, kernel, norm, shapes, {});
    if (!fused) throw new Error('The device has a kernel for this layer.');
    return fused;
  }, leaves);
  expectAlike(found, expected);
});

test('what no kernel takes is left to the reference', async () => {
  const [first] = cases;
  if (!first) throw new Error('There are cases.');
  const { x, kernel, norm } = await layer({ ...first, outputs: 6 }, []);
  expect(fusedConvNorm(x, kernel, norm, first, {})).toBeNull();
});
