/**
 * Reads from the device that are under way. The loop goes on while at most `limit` are
 * open, so it never runs far ahead of the device and never waits for the newest step.
 */
export class PendingReads {
  readonly #limit: number;
  readonly #open: Promise<void>[] = [];
  /** The first; whatever is read after it counts for nothing. */
  #failure: { readonly error: unknown } | null = null;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Starts a read; waits for the oldest where too many are open. Rethrows an earlier read's failure. */
  async add(read: () => Promise<void>): Promise<void> {
    this.#open.push(
      read().catch((error: unknown) => {
        this.#failure ??= { error };
      }),
    );
    while (this.#open.length > this.#limit) await this.#open.shift();
    this.#rethrow();
  }

  /** Resolves once all that are open now have come; rejects where one of them, or an earlier one, failed. */
  async arrived(): Promise<void> {
    await Promise.all(this.#open);
    this.#rethrow();
  }

  /** Waits for every open read. */
  async drain(): Promise<void> {
    while (this.#open.length > 0) await this.#open.shift();
    this.#rethrow();
  }

  /** Forgets what is open; for the end of a run. */
  abandon(): void {
    this.#open.length = 0;
  }

  #rethrow(): void {
    if (this.#failure) throw this.#failure.error;
  }
}
