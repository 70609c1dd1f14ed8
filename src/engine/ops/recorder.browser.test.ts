import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { backends, useBackend } from '../../testing/devices.ts';
import { Recorder } from './recorder.ts';

describe.each(backends)('on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  /** Sums of squares by a recorder, and how often it asked JavaScript for them. */
  function squares() {
    const recorder = new Recorder();
    let calls = 0;
    const of = async (...values: number[]): Promise<number> => {
      const inputs = { x: { values: Float32Array.from(values), shape: [values.length] } };
      const sum = recorder.run(inputs, [], ({ x }) => {
        calls++;
        return tf.sum(tf.square(x ?? tf.zeros([1]))).reshape([1]);
      });
      const [found = Number.NaN] = await sum.data();
      sum.dispose();
      return found;
    };
    return { recorder, of, calls: () => calls };
  }

  test('after its third run a step is done again without its JavaScript, with new numbers', async () => {
    const { recorder, of, calls } = squares();
    const found: number[] = [];
    for (let i = 0; i < 6; i++) found.push(await of(i, 2));
    expect(found).toEqual([4, 5, 8, 13, 20, 29]);
    expect(calls()).toBe(backend === 'webgpu' ? 3 : 6);
    recorder.dispose();
  });

  test('other shapes run as they are, and the recorded one goes on', async () => {
    const { recorder, of, calls } = squares();
    for (let i = 0; i < 3; i++) await of(1, 2);
    expect(await of(1, 2, 3)).toBe(14);
    expect(await of(3, 4)).toBe(25);
    expect(calls()).toBe(backend === 'webgpu' ? 4 : 5);
    recorder.dispose();
  });

  test('what it took of the device it gives back', async () => {
    const { recorder, of } = squares();
    const before = tf.memory().numTensors;
    for (let i = 0; i < 5; i++) await of(1, 2);
    recorder.dispose();
    expect(tf.memory().numTensors).toBe(before);
    expect(await of(3, 4)).toBe(25);
    recorder.dispose();
  });
});
