import { acceleratedWebgpu } from '../kernels/acceleration.ts';
import { measureTilings } from '../kernels/products/choose.ts';

/**
 * To be called between steps, the first above all: finds out which kernels are fastest for the
 * sizes that came up, and has later steps take them. Does nothing where there is nothing to choose.
 */
export async function settleKernels(): Promise<void> {
  const backend = acceleratedWebgpu();
  if (backend) await measureTilings(backend);
}
