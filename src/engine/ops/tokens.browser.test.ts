import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { backends, useBackend } from '../../testing/devices.ts';
import { differentiate, traced, Value } from '../autograd.ts';
import { swapTokensAndChannels } from './tokens.ts';

describe.each(backends)('on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  test('tokens and channels change places within every image, and so do their gradients', async () => {
    // Two images of two tokens with three channels.
    const x = new Value(tf.tensor([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], [2, 2, 3]), true);
    differentiate(() => {
      const y = swapTokensAndChannels(x);
      expect(y.shape).toEqual([2, 3, 2]);
      return traced(tf.sum(y.tensor), { y }, {}, () => ({
        y: () => tf.tensor([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], y.shape),
      }));
    }).dispose();
    const swapped = await swapTokensAndChannels(x).tensor.data();
    expect([...swapped]).toEqual([1, 4, 2, 5, 3, 6, 7, 10, 8, 11, 9, 12]);
    const gradient = (await x.gradient?.data()) ?? [];
    expect([...gradient]).toEqual([1, 3, 5, 2, 4, 6, 7, 9, 11, 8, 10, 12]);
  });
});
