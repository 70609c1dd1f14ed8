import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { backends, useBackend } from '../../testing/devices.ts';
import { largestDifference } from '../../testing/largest-difference.ts';
import { adamWKernel, factorVector } from '../kernels/adamw.ts';
import { adamWReference } from './adamw.ts';

describe.each(backends)('on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  test.each([1, 63, 1000])('a step over %i parameters is the reference', async (size) => {
    const random = (seed: number): tf.Tensor => tf.randomNormal([size], 0, 1, 'float32', seed);
    const state = { parameters: random(1), momentum: random(2), variance: tf.square(random(3)) };
    const gradient = random(4);
    const factors = {
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-8,
      kept: 0.99,
      rate: 0.01,
      correction: 0.2,
    };
    const expected = adamWReference(state, gradient, factors);
    const ours = adamWKernel(state, gradient, factors, tf.tensor1d(factorVector(factors)));
    for (const name of ['parameters', 'momentum', 'variance'] as const) {
      expect(await largestDifference(ours?.[name] ?? null, expected[name])).toBeLessThan(1e-5);
    }
  });
});
