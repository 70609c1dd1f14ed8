/**
 * The finished runs that are at hand, as long as there is room: what each learned lies in ordinary
 * memory, none of it on the device. The rule where room ends: the oldest runs first lose their
 * epochs but the best, then, again from the oldest, their weights; the newest run keeps its own.
 */
import type { LoadedBackbone } from '../engine/loaded-backbone.ts';
import { stateBytes, type TrainedRun } from '../engine/trained-run.ts';

const UNTOLD_BUDGET = 512 * 2 ** 20;

/** An eighth of the computer's memory, in bytes; half a gibibyte where the browser does not tell it. */
export function keptBudget(systemMemory: number | null): number {
  return systemMemory === null ? UNTOLD_BUDGET : systemMemory / 8;
}

export class KeptRuns {
  /** Oldest first. */
  #runs: readonly TrainedRun[] = [];

  /** Null where it is unknown, forgotten, or had to make room. */
  find(id: number): TrainedRun | null {
    return this.#runs.find((candidate) => candidate.id === id) ?? null;
  }

  /**
   * Keeps a run within `budget` bytes. `present` is the backbone that is loaded anyway: its
   * weights cost nothing here; those of another count once for all runs that stand on it.
   * Returns the runs that lost their weights.
   */
  add(run: TrainedRun, budget: number, present: LoadedBackbone | null): number[] {
    this.#runs = [...this.#runs, run];
    const fits = (): boolean => this.#bytes(present) <= budget;
    const older = this.#runs.slice(0, -1);
    for (const one of older) if (!fits()) one.dropSnapshots();
    const dropped = older.filter(({ id }) => {
      if (fits()) return false;
      this.forget(id);
      return true;
    });
    if (!fits()) run.dropSnapshots();
    return dropped.map(({ id }) => id);
  }

  /** Frees what is kept of a run; an unknown one is passed over. */
  forget(id: number): void {
    this.#runs = this.#runs.filter((run) => run.id !== id);
  }

  /** The same backbone on the weights that kept runs of it hold already, where there are some. */
  share(loaded: LoadedBackbone): LoadedBackbone {
    const { hash, naming } = loaded.info;
    const known = this.#runs.find(
      ({ loaded: { info } }) => info.hash === hash && info.naming === naming,
    );
    return known ? { ...loaded, weights: known.loaded.weights } : loaded;
  }

  #bytes(present: LoadedBackbone | null): number {
    const backbones = new Set(this.#runs.map(({ loaded }) => loaded.weights));
    if (present) backbones.delete(present.weights);
    const ofBackbones = [...backbones].reduce((sum, weights) => sum + stateBytes(weights), 0);
    return this.#runs.reduce((sum, run) => sum + run.bytes, ofBackbones);
  }
}
