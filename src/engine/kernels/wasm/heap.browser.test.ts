import * as tf from '@tensorflow/tfjs';
import { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { expect, test } from 'vitest';
import { useBackend } from '../../../testing/devices.ts';

test('a heap that is full says so, holds what it held, and takes more once there is room', async () => {
  await useBackend('wasm');
  const backend = tf.backend();
  if (!(backend instanceof BackendWasm)) throw new Error('This test is of WebAssembly.');
  const kept = tf.tensor1d([1, 2, 3]);
  const gigabytes: tf.TensorInfo[] = [];
  const fill = (): void => {
    for (let i = 0; i < 5; i++) gigabytes.push(backend.makeOutput([2 ** 28], 'float32'));
  };
  expect(fill).toThrow(
    expect.objectContaining({
      code: 'out-of-memory',
      message: expect.stringMatching(/no memory left .*1074 MB more .* smaller batch/) as string,
    }) as Error,
  );
  expect(gigabytes.length).toBeGreaterThan(0);
  for (const { dataId } of gigabytes) backend.disposeData(dataId);
  expect(await tf.add(kept, tf.scalar(1)).data()).toEqual(Float32Array.of(2, 3, 4));
});
