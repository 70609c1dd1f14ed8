import { openBackend } from '../engine/backend.ts';
import { accelerate } from '../engine/kernels/acceleration.ts';
import type { BackendName, DeviceInfo, Failure } from '../protocol.ts';

/** Both backends, for `describe.each`: whatever computes must agree on either. */
export const backends: readonly BackendName[] = ['webgpu', 'wasm'];

function fail({ message }: Failure): never {
  throw new Error(message);
}

/** Makes a backend current; a lost device fails the test that hears of it. */
export async function useBackend(name: BackendName): Promise<void> {
  await openBackend(name, fail);
}

/** The kernels of every kind of device, for `describe.each`; a "chip" is WebGPU with those of a real one. */
export const devices = [...backends, 'chip'] as const;

/** As `useBackend`; "stock" is WebGPU with TensorFlow.js's own kernels. */
export async function openDevice(name: (typeof devices)[number] | 'stock'): Promise<void> {
  await openBackend(name === 'wasm' ? 'wasm' : 'webgpu', fail);
  if (name === 'chip') accelerate({ emulated: false, adapter: 'chip', matrixUnits: null });
  if (name === 'stock') accelerate(null);
}

/** What a run is told of its device where that does not matter. */
export const testDevice: DeviceInfo = {
  backend: 'wasm',
  adapter: 'test',
  software: false,
  f16: false,
  subgroups: false,
  threads: 1,
  memory: { largestTensor: 2 ** 32, allTensors: 2 ** 32, system: null },
  fallbackReason: null,
};
