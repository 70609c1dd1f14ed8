import type { Network } from '../network.ts';
import type { TrainingHooks } from './contract.ts';
import type { PendingReads } from './pending-reads.ts';

const FRAMES = 200;

/** Reads the scales on their way through a run, at about as many steps as anybody looks at. */
export class ScaleReader {
  readonly #network: Network;
  readonly #totalSteps: number;
  readonly #reads: PendingReads;
  readonly #hooks: TrainingHooks;

  constructor(network: Network, totalSteps: number, reads: PendingReads, hooks: TrainingHooks) {
    this.#network = network;
    this.#totalSteps = totalSteps;
    this.#reads = reads;
    this.#hooks = hooks;
  }

  /** Reads them after `step` steps, where that is one of those and there are scales. */
  async read(step: number): Promise<void> {
    const every = Math.max(1, Math.ceil(this.#totalSteps / FRAMES));
    if (step % every !== 0 && step !== this.#totalSteps) return;
    const scales = this.#network.scales();
    if (!scales) return;
    await this.#reads.add(async () => {
      const values = Float32Array.from(await scales.data());
      scales.dispose();
      this.#hooks.onScales({ step, values });
    });
  }
}
