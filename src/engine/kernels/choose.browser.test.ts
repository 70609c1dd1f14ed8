import { expect, test } from 'vitest';
import { useBackend } from '../../testing/devices.ts';
import { acceleratedWebgpu } from './acceleration.ts';
import { chooseAcceleration } from './choose.ts';

test('an adapter gets the kernels that win on it: both, on an emulated one', async () => {
  await useBackend('webgpu');
  expect(await chooseAcceleration()).toEqual({ matmul: true, attention: true });
  expect(acceleratedWebgpu('matmul')).not.toBeNull();
  expect(acceleratedWebgpu('attention')).not.toBeNull();
});
