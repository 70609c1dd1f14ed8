import { openBackend } from '../engine/backend.ts';
import type { BackendName, DeviceInfo } from '../protocol.ts';

/** Both backends, for `describe.each`: whatever computes must agree on either. */
export const backends: readonly BackendName[] = ['webgpu', 'wasm'];

/** Makes a backend current; a lost device fails the test that hears of it. */
export async function useBackend(name: BackendName): Promise<void> {
  await openBackend(name, ({ message }) => {
    throw new Error(message);
  });
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
