/** The person's hand on a running loop: pause, resume, stop. */
export class RunControl {
  #stopped = false;
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

  /** Waits while paused; returns the milliseconds waited. */
  async pass(): Promise<number> {
    if (!this.#gate) return 0;
    const start = performance.now();
    await this.#gate.opened;
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
