import type { Trainer } from '../client/trainer-client.ts';
import type { AppStore } from './app.ts';

/** Breaks what may break by itself one day, to see that nothing is lost by it. */
export interface Chaos {
  killWorker(): void;
  loseDevice(): Promise<void>;
  /** Makes a batch of the run that is under way no number. */
  poisonBatch(): Promise<void>;
}

/** @param killWorker Ends the worker without a word. */
export function createChaos(killWorker: () => void, trainer: Trainer, app: AppStore): Chaos {
  const ask = async (what: 'lose-device' | 'poison-batch'): Promise<void> => {
    await trainer.request('chaos', { what }).catch((error: unknown) => app.getState().fail(error));
  };
  return {
    killWorker,
    loseDevice: () => ask('lose-device'),
    poisonBatch: () => ask('poison-batch'),
  };
}
