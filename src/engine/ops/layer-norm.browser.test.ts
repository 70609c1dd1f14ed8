import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, test } from 'vitest';
import { devices, openDevice } from '../../testing/devices.ts';
import { expectAlike, opResults } from '../../testing/op-results.ts';
import { Value } from '../autograd.ts';
import { add } from './elementwise.ts';
import { layerNorm, layerNormReference } from './layer-norm.ts';

describe.each(devices)('on %s', (device) => {
  beforeAll(() => openDevice(device));

  type Norm = typeof layerNormReference;

  describe.each([['x'], ['weight', 'bias'], ['x', 'weight', 'bias']])(
    'training %s',
    (...trained) => {
      test.each([
        [1, 4],
        [65, 12],
        [3, 22, 36],
      ])('over %j it is the reference, gradients too', async (...shape) => {
        const value = (name: string, size: number[], seed: number): Value =>
          new Value(tf.randomNormal(size, 1, 2, 'float32', seed), trained.includes(name));
        const x = value('x', shape, 1);
        const weight = value('weight', shape.slice(-1), 2);
        const bias = value('bias', shape.slice(-1), 3);
        // As in a residual block, where x is read on another way as well.
        const block = (norm: Norm) => () => add(x, norm(x, weight, bias, 1e-6));
        const expected = await opResults(block(layerNormReference), { x, weight, bias });
        expectAlike(await opResults(block(layerNorm), { x, weight, bias }), expected);
      });
    },
  );
});
