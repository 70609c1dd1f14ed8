import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { devices, useBackend, openDevice } from '../../testing/devices.ts';
import { expectAlike, opResults } from '../../testing/op-results.ts';
import { Value } from '../autograd.ts';
import { Param } from '../params.ts';
import { add, relu } from './elementwise.ts';
import { gelu } from './gelu.ts';
import { fusedLinear } from './fused-linear.ts';
import { layerNorm, layerNormReference } from './layer-norm.ts';
import { linearReference } from './linear.ts';

const PARTS = ['bias', 'scaleIn', 'scaleOut', 'shift'] as const;
type Part = (typeof PARTS)[number];

interface Case {
  readonly rows: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly parts: readonly Part[];
  readonly trained: readonly string[];
}

const everything = ['x', 'weight', ...PARTS];
const cases: Case[] = [
  { rows: 1, inputs: 4, outputs: 4, parts: [], trained: everything },
  { rows: 9, inputs: 12, outputs: 20, parts: ['bias'], trained: ['x', 'bias'] },
  { rows: 65, inputs: 16, outputs: 36, parts: PARTS, trained: everything },
  { rows: 33, inputs: 68, outputs: 8, parts: PARTS, trained: ['scaleIn', 'scaleOut'] },
  { rows: 17, inputs: 20, outputs: 64, parts: ['bias', 'scaleOut'], trained: ['scaleOut'] },
  { rows: 40, inputs: 132, outputs: 140, parts: ['bias', 'scaleIn'], trained: ['x', 'scaleIn'] },
];

const random = (shape: number[], seed: number): tf.Tensor =>
  tf.randomNormal(shape, 0, 1, 'float32', seed);

async function layer({ rows, inputs, outputs, parts, trained }: Case) {
  const value = (name: string, shape: number[], seed: number): Value =>
    new Value(random(shape, seed), trained.includes(name));
  const param = async (name: string, shape: number[], seed: number): Promise<Param> => {
    const data = Float32Array.from(await random(shape, seed).data());
    return new Param(name, { shape, data }, trained.includes(name));
  };
  const vector = (name: Part, size: number, seed: number): Value | undefined =>
    parts.includes(name) ? value(name, [size], seed) : undefined;
  const weight = await param('weight', [outputs, inputs], 2);
  const bias = parts.includes('bias') ? await param('bias', [outputs], 3) : undefined;
  const x = value('x', [rows, inputs], 1);
  const residual = value('residual', [rows, outputs], 7);
  const adaptation = {
    scaleIn: vector('scaleIn', inputs, 4),
    scaleOut: vector('scaleOut', outputs, 5),
    shift: vector('shift', outputs, 6),
  };
  const leaves = { x, weight: weight.value, bias: bias?.value, ...adaptation, residual };
  return { x, weight, bias, adaptation, residual, leaves };
}

type Ending = (y: Value, residual: Value) => Value;
const endings: [string, Ending, Case[]][] = [
  ['nothing', (y) => y, cases],
  ['a GELU', gelu, cases],
  ['a sum', (y, residual) => add(residual, y), cases.slice(2, 3)],
  ['a sum and a ReLU', (y, residual) => relu(add(residual, y)), cases.slice(2, 4)],
  ['a GELU and a sum', (y, residual) => add(residual, gelu(y)), cases.slice(2, 4)],
];

const fused: typeof linearReference = (x, weight, bias, adaptation) => {
  const made = fusedLinear(x, weight, bias, adaptation ?? {});
  if (!made) throw new Error('The device has a kernel for this layer.');
  return made;
};

describe.each(devices)('on %s', (device) => {
  beforeAll(() => openDevice(device));

  // A chip's kernels differ by their tiling alone, and take an emulated one long to compile.
  const some = device === 'chip' ? endings.slice(1) : endings;

  describe.each(some)('followed by %s', (_, end, shapesOf) => {
    test.each(shapesOf)(
      '$rows rows of $inputs to $outputs with $parts are the reference, and so are the gradients of $trained',
      async (shapes) => {
        const { x, weight, bias, adaptation, residual, leaves } = await layer(shapes);
        const expected = await opResults(
          () => end(linearReference(x, weight, bias, adaptation), residual),
          leaves,
        );
        const found = await opResults(
          () => end(fused(x, weight, bias, adaptation), residual),
          leaves,
        );
        expectAlike(found, expected);
      },
    );
  });

  test.each(['norm', 'gelu'] as const)(
    'a layer whose input a %s made has its scale learn from that, made again or kept',
    async (before) => {
      const { x, weight, bias, adaptation } = await layer({
        ...{ rows: 33, inputs: 20, outputs: 20, parts: PARTS },
        trained: ['x', ...PARTS],
      });
      const [scale, shift] = [new Value(random([20], 8)), new Value(random([20], 9))];
      const { scaleIn } = adaptation;
      const of = (layerOf: typeof linearReference, norm: typeof layerNormReference) => () => {
        const input =
          before === 'gelu'
            ? gelu(layerOf(x, weight, bias, { ...adaptation, scaleIn: undefined }))
            : norm(x, scale, shift, 1e-6);
        return layerOf(input, weight, bias, { scaleIn });
      };
      const leaves = { x, scaleIn };
      const expected = await opResults(of(linearReference, layerNormReference), leaves);
      expectAlike(await opResults(of(fused, layerNorm), leaves), expected);
    },
  );

  test('a scale used twice gets both gradients', async () => {
    const { x, weight, adaptation } = await layer({
      rows: 9,
      inputs: 8,
      outputs: 8,
      parts: ['scaleOut'],
      trained: ['scaleOut'],
    });
    const { scaleOut } = adaptation;
    const twice = (layerOf: typeof linearReference) => () =>
      layerOf(layerOf(x, weight, undefined, { scaleOut }), weight, undefined, {
        scaleIn: scaleOut,
      });
    const expected = await opResults(twice(linearReference), { scaleOut });
    expectAlike(await opResults(twice(fused), { scaleOut }), expected);
  });
});

test('what no kernel takes is left to the reference', async () => {
  await useBackend('webgpu');
  const { x, weight } = await layer({ rows: 3, inputs: 6, outputs: 8, parts: [], trained: [] });
  expect(fusedLinear(x, weight, undefined, {})).toBeNull();
});
