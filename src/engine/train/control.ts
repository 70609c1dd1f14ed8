/** The person's hand on a running loop: pause, resume, stop; and what else is wished of its next step. */
export class RunControl {
  #stopped = false;
  #failure: Error | null = null;
  #checkpointWished = false;
  #poisoned = false;
  #gate: { readonly opened: Promise<void>; readonly open: () => void } | null = null;

  get stopped(): boolean {
    return this.#stopped;
  }

  get paused(): boolean {
    return this.#gate !== null;
  }

  pause(): void {
    if (this.#gate || this.#stopped) return;
    let open = (): void => undefined;
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    this.#gate = { opened, open };
  }

  resume(): void {
    this.#gate?.open();
    this.#gate = null;
  }

  stop(): void {
    this.#stopped = true;
    this.resume();
  }

  /** Has the loop keep where it is, at its next step. */
  wishCheckpoint(): void {
    this.#checkpointWished = true;
  }

  /** Whether that was wished since it was last asked. */
  takeCheckpointWish(): boolean {
    const wished = this.#checkpointWished;
    this.#checkpointWished = false;
    return wished;
  }

  /** Makes the next batch no number, as a broken device might. */
  poison(): void {
    this.#poisoned = true;
  }

  /** Whether that was asked for since it was last asked. */
  takePoison(): boolean {
    const poisoned = this.#poisoned;
    this.#poisoned = false;
    return poisoned;
  }

  /** Ends the loop with this error at its next step. */
  fail(error: Error): void {
    this.#failure = error;
    this.resume();
  }

  /** Waits while paused; returns the milliseconds waited. @throws what `fail` was given. */
  async pass(): Promise<number> {
    const start = performance.now();
    await this.#gate?.opened;
    if (this.#failure) throw this.#failure;
    return performance.now() - start;
  }
}

/** Lets waiting messages be heard before the next piece of work. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
