import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { backends, useBackend } from '../../testing/devices.ts';
import { join, overwrite, split } from './flat.ts';

describe.each(backends)('on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  test('tensors lie one after the other, and come back as they were', async () => {
    const shapes = [[3], [2, 2], [1, 5, 1]];
    const tensors = [tf.tensor1d([1, 2, 3]), tf.ones([2, 2]), tf.fill([1, 5, 1], 7)];
    const flat = join(tensors);
    expect([...(await flat.data())]).toEqual([1, 2, 3, 1, 1, 1, 1, 7, 7, 7, 7, 7]);
    const parts = split(flat, shapes);
    expect(parts.map(({ shape }) => shape)).toEqual(shapes);
    for (const [i, part] of parts.entries()) {
      expect([...(await part.data())]).toEqual([...(await tensors[i]!.data())]);
    }
  });

  test('what is overwritten holds the vector, part by part, or stays as it is', async () => {
    const tensors = [tf.tensor1d([0, 0, 0]), tf.zeros([2, 2])];
    const isDone = overwrite(tensors, tf.tensor1d([1, 2, 3, 4, 5, 6, 7]));
    expect(isDone).toBe(backend === 'webgpu');
    expect([...(await tensors[1]!.data())]).toEqual(isDone ? [4, 5, 6, 7] : [0, 0, 0, 0]);
  });

  test('a later pass over the parts does not reach what they were made of', async () => {
    const flat = join([tf.tensor1d([1, 2, 3, 4])]);
    const [part] = split(flat, [[4]]);
    const doubled = tf.mul(part!, 2);
    expect([...(await doubled.data())]).toEqual([2, 4, 6, 8]);
    expect([...(await flat.data())]).toEqual([1, 2, 3, 4]);
  });
});
