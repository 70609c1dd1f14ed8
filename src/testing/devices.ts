import { openBackend } from '../engine/backend.ts';
import type { BackendName } from '../protocol.ts';

/** Both backends, for `describe.each`: whatever computes must agree on either. */
export const backends: readonly BackendName[] = ['webgpu', 'wasm'];

/** Makes a backend current; a lost device fails the test that hears of it. */
export async function useBackend(name: BackendName): Promise<void> {
  await openBackend(name, ({ message }) => {
    throw new Error(message);
  });
}
