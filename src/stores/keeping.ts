import type { ProjectChanges } from '../projects/records.ts';
import {
  changesBetween,
  keptParts,
  keptState,
  NOTHING_KEPT,
  type KeptState,
  type KeptStores,
  type Reopening,
} from './kept-state.ts';

export interface KeepingHooks {
  /** Writes all of it, or rejects and has written nothing. */
  save(changes: ProjectChanges): Promise<void>;
  onSaved(state: KeptState): void;
  /** What could not be written stays due, and goes with the next change. */
  onFailed(error: unknown): void;
}

const NOTHING_TO_REOPEN: Reopening = { backbone: null, run: null };

/**
 * Writes what changes in the stores as it changes: while one write is under way the next changes
 * gather, so that a busy page writes often, but never twice at once.
 */
export class Keeping {
  readonly #stores: KeptStores;
  readonly #hooks: KeepingHooks;
  readonly #stops: readonly (() => void)[];
  #written: KeptState;
  #reopening: Reopening;
  #work: Promise<void> | null = null;
  #due = false;

  /** `written` is what the index holds already. */
  constructor(
    stores: KeptStores,
    hooks: KeepingHooks,
    written: KeptState = NOTHING_KEPT,
    reopening: Reopening = NOTHING_TO_REOPEN,
  ) {
    this.#stores = stores;
    this.#hooks = hooks;
    this.#written = written;
    this.#reopening = reopening;
    let seen = keptParts(stores);
    const note = (): void => {
      const now = keptParts(stores);
      // Steps of a run come often and change nothing that is kept.
      if (now.every((part, index) => part === seen[index])) return;
      seen = now;
      void this.flush();
    };
    this.#stops = [
      stores.dataset.subscribe(note),
      stores.config.subscribe(note),
      stores.run.subscribe(note),
      stores.race.subscribe(note),
    ];
  }

  /** What the index holds. */
  get written(): KeptState {
    return this.#written;
  }

  /** Resolves once everything up to now is written, or could not be. */
  async flush(): Promise<void> {
    this.#due = true;
    this.#work ??= this.#writeAll().finally(() => (this.#work = null));
    await this.#work;
  }

  /** What an earlier session had open is open again, or could not be: from now on, what is open counts. */
  async reopened(): Promise<void> {
    this.#reopening = NOTHING_TO_REOPEN;
    await this.flush();
  }

  stop(): void {
    for (const stop of this.#stops) stop();
  }

  async #writeAll(): Promise<void> {
    while (this.#due) {
      this.#due = false;
      const state = keptState(this.#stores, this.#written, this.#reopening);
      const changes = changesBetween(this.#written, state);
      if (changes === null) continue;
      try {
        await this.#hooks.save(changes);
        this.#written = state;
        this.#hooks.onSaved(state);
      } catch (error) {
        this.#hooks.onFailed(error);
      }
    }
  }
}
